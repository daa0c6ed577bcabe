internal import SekishoRust

/// Why a new password is not acceptable: Logto's codes.
public enum PasswordRejection: String, CaseIterable, Sendable {
  /// It has fewer than 8 characters.
  case tooShort = "password_rejected.too_short"
  /// It has more than 256 characters.
  case tooLong = "password_rejected.too_long"
  /// It is little else than a character, or up to four characters, over and over.
  case repetition = "password_rejected.restricted.repetition"
  /// It is little else than a sequence such as `12345678`, `fedcba` or `qwerty`.
  case sequence = "password_rejected.restricted.sequence"
  /// It contains the user's own data.
  case userInfo = "password_rejected.restricted.user_info"
  /// It contains a word that the operator rejects.
  case words = "password_rejected.restricted.words"
  /// It has leaked or is common.
  case guessable = "password_rejected.pwned"

  init(_ rejection: SekishoRust.PasswordRejection) {
    self =
      switch rejection {
      case .tooShort: .tooShort
      case .tooLong: .tooLong
      case .repetition: .repetition
      case .sequence: .sequence
      case .userInfo: .userInfo
      case .words: .words
      case .guessable: .guessable
      }
  }
}

/// Whether new passwords are good enough.
public struct PasswordAcceptance: Sendable {
  private let rust: SekishoRust.PasswordAcceptance

  /// - Parameter leaked: passwords that have leaked or are common, one a line, in whatever case.
  public init(leaked: String = "") {
    rust = .init(leaked: leaked)
  }

  /// Judges a new password: every reason why it is not acceptable, none where it is.
  ///
  /// It has 8 to 256 characters, is not little else than repetition or sequence, has none of the user's
  /// own data and of the operator's words in it, and is not on the list of leaked ones. How guessable it
  /// is otherwise is not estimated.
  ///
  /// - Parameters:
  ///   - ownData: what the user is known by: username, names, e-mail address, phone number.
  ///   - words: the operator's words, such as the name of the service, of 4 characters or more.
  /// - Throws: ``ErrorCode/passwordInvalid`` for one that is empty or longer than 4096 bytes.
  public func judge(
    _ password: String, ownData: [String] = [], words: [String] = []
  ) throws(SekishoError) -> [PasswordRejection] {
    try SekishoError.refusals {
      try rust.judge(password: password, ownData: ownData, words: words).map(PasswordRejection.init)
    }
  }
}
