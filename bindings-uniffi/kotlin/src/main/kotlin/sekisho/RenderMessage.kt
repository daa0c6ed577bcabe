package sekisho

import sekisho.internal.renderMessage as rustRenderMessage

/**
 * What a person reads before approving an operation: a sentence with the operation's own fields, such as
 * `Pay {amount} {currency} to {payee.name}`. Render the operation that the record is bound to: what the user
 * read is what is approved.
 *
 * A field is the name of a member in braces, a member of a member with a dot between them; `{{` and `}}`
 * stand for a brace. It is shown as it is: a string of 1 to 256 bytes, a number, `true` or `false`. No string
 * may break the line, be invisible, or turn the direction of what stands beside it (Unicode TR 36 §2.5).
 *
 * @param template 1 to 1000 bytes without control characters.
 * @throws SekishoException [ErrorCode.MESSAGE_TEMPLATE_INVALID], [ErrorCode.OPERATION_INVALID], and
 *   [ErrorCode.OPERATION_NOT_DISPLAYABLE] where a field is missing or holds what is not shown: then send no
 *   message.
 */
public fun renderMessage(template: String, operation: Operation): String =
    refusals { rustRenderMessage(template.wellFormed(), operation.json) }
