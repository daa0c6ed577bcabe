internal import SekishoRust

/// What went wrong, the same in every language.
public enum ErrorCode: String, CaseIterable, Sendable {
  /// The password does not match, or the user has none.
  case invalidCredentials = "session.invalid_credentials"
  /// Too many failures of this user; ``SekishoError/retryAfter`` tells how long it lasts.
  case verificationBlocked = "session.verification_blocked_too_many_attempts"
  /// The challenge or record is unknown, forged, expired, of another kind or of another user.
  case recordNotFound = "verification_record.not_found"
  /// The record does not give the permission asked for.
  case permissionDenied = "verification_record.permission_denied"
  /// No code was given, or the challenge's code has been used already.
  case codeNotFound = "verification_code.not_found"
  /// The challenge was for another e-mail address.
  case codeEmailMismatch = "verification_code.email_mismatch"
  /// The challenge was for another phone number.
  case codePhoneMismatch = "verification_code.phone_mismatch"
  /// The code is older than its policy allows.
  case codeExpired = "verification_code.expired"
  /// The challenge's tries are used up, even for the right code.
  case codeTriesUsedUp = "verification_code.exceed_max_try"
  /// The code is not the one that was sent.
  case codeMismatch = "verification_code.code_mismatch"
  /// Too many messages to one recipient; ``SekishoError/retryAfter`` tells how long to wait.
  case messageRateLimited = "request.message_rate_limited"
  /// A new password is not acceptable.
  case passwordRejected = "password.rejected"
  /// An identifier is not an e-mail address or phone number as the contract has them.
  case identifierInvalid = "identifier_invalid"
  /// A subject or session is empty, too long or holds control characters.
  case contextInvalid = "context_invalid"
  /// An operation is not JSON that has one meaning (RFC 7493).
  case operationInvalid = "operation_invalid"
  /// A message has a field that the operation does not have, or that is not to be shown.
  case operationNotDisplayable = "operation_not_displayable"
  /// The template of a message is not one.
  case messageTemplateInvalid = "message_template_invalid"
  /// A password is empty or longer than 4096 bytes.
  case passwordInvalid = "password_invalid"
  /// A policy value is outside its bounds.
  case policyInvalid = "policy_invalid"
  /// The key ring's text form cannot be read.
  case keyRingMalformed = "key_ring_malformed"
  /// A key is short, zero or repeats itself.
  case keyWeak = "key_weak"
  /// The ring is full: all its keys still open.
  case keyRingFull = "key_ring_full"
  /// Two keys of the ring have the same id or the same secret.
  case keyRepeated = "key_repeated"
  /// The ring has no key that may seal at this time.
  case keyNoneSeals = "key_none_seals"
  /// The ring has no key of this id.
  case keyUnknown = "key_unknown"
  /// The key cannot be retired or dropped while it is the one that seals.
  case keyStillSeals = "key_still_seals"
  /// The bytes given as randomness are not random.
  case entropyUnusable = "entropy_unusable"
  /// The time is outside what a token can carry.
  case timeInvalid = "time_invalid"
  /// A stored password hash is not of a form that can be checked.
  case passwordHashInvalid = "password_hash_invalid"
  /// A stored password hash asks for more memory or time than is allowed.
  case passwordHashTooCostly = "password_hash_too_costly"
  /// A stored password hash names a pepper that is not configured.
  case pepperUnknown = "pepper_unknown"
  /// The password computation could not get its memory.
  case outOfMemory = "out_of_memory"
  /// The record is bound to another session.
  case recordSessionMismatch = "record_session_mismatch"
  /// The record is bound to another operation, or to none while one is asked for.
  case recordOperationMismatch = "record_operation_mismatch"
  /// The record's method or purpose is not one that the requirement allows.
  case recordMethodNotAllowed = "record_method_not_allowed"
  /// The record is older than the requirement allows.
  case recordTooOld = "record_too_old"
  /// The record was for single use and has been used.
  case recordUsed = "record_used"
  /// The requirement cannot be parsed, or asks for nothing that can be met.
  case requirementInvalid = "requirement_invalid"
  /// Counters are needed and the verifier was made without.
  case countersRequired = "counters_required"
  /// The counter store answered what no counter store can answer.
  case counterStoreFailed = "counter_store_failed"

  /// A sentence for people, in English.
  public func describe() -> String { Self.sentences[rawValue] ?? rawValue }

  private static let sentences = Dictionary(
    uniqueKeysWithValues: SekishoRust.errorCodes().map { ($0.text(), $0.describe()) })
}
