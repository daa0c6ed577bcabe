internal import SekishoRust

/// What a person reads before approving an operation: a sentence with the operation's own fields, such as
/// `Pay {amount} {currency} to {payee.name}`. Render the operation that the record is bound to: what the user
/// read is what is approved.
///
/// A field is the name of a member in braces, a member of a member with a dot between them; `{{` and `}}`
/// stand for a brace. It is shown as it is: a string of 1 to 256 bytes, a number, `true` or `false`. No string
/// may break the line, be invisible, or turn the direction of what stands beside it (Unicode TR 36 §2.5).
///
/// - Parameters:
///   - template: 1 to 1000 bytes without control characters.
///   - operation: as `JSONEncoder` writes it.
/// - Throws: ``ErrorCode/messageTemplateInvalid``, ``ErrorCode/operationInvalid``, and
///   ``ErrorCode/operationNotDisplayable`` where a field is missing or holds what is not shown: then send no
///   message.
public func renderMessage(
  _ template: String, operation: any Encodable
) throws(SekishoError) -> String {
  try renderMessage(template, operationJSON: json(operation))
}

/// The same of the operation's JSON text.
public func renderMessage(
  _ template: String, operationJSON: String
) throws(SekishoError) -> String {
  try SekishoError.refusals {
    try SekishoRust.renderMessage(template: template, operationJson: operationJSON)
  }
}
