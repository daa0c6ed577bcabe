internal import SekishoRust

/// Where a code goes.
public enum Identifier: Hashable, Sendable {
  /// An e-mail address: `something@something.something`, the domain in ASCII, at most 256 characters.
  case email(String)
  /// A phone number: 1 to 15 digits, the country code first, no `+`.
  case phone(String)

  /// The form under which different spellings of one recipient are the same: what a unique index holds.
  ///
  /// - Throws: ``ErrorCode/identifierInvalid`` for what is no e-mail address or phone number.
  public func canonical() throws(SekishoError) -> String {
    try SekishoError.refusals { try SekishoRust.canonical(identifier: rust) }
  }

  var rust: SekishoRust.Identifier {
    switch self {
    case .email(let address): .email(value: address)
    case .phone(let digits): .phone(value: digits)
    }
  }
}
