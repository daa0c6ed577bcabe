import Foundation
internal import SekishoRust

/// Starts every flow and drives it over your counters.
///
/// What all calls have in common: `subject` is the signed-in user, by your own stable id of 1 to 256
/// bytes; `session` the session of the request, if records shall be bound to it; `operation` what is to
/// be approved, as `JSONEncoder` writes it, or `operationJSON` as the text itself: any change of it is
/// another operation. It has 64 levels at most; a value of 10,000 ends the process in `JSONEncoder`. `now` is
/// the time, the system's if not given, and `entropy` are 32 bytes in place of the platform's randomness, for
/// tests.
///
/// Where a store throws, the check fails: ``ErrorCode/counterStoreFailed``.
public struct Verifier: Sendable {
  /// The same flows in single steps.
  public let steps: Steps

  /// A verifier of a key ring.
  ///
  /// - Parameters:
  ///   - policy: what shall differ from the defaults.
  ///   - passwords: how passwords are hashed; Argon2id at OWASP's minimum by default.
  /// - Throws: ``ErrorCode/policyInvalid`` where a value of the policy is out of its bounds.
  public init(
    _ keys: KeyRing, policy: Policy = Policy(), passwords: PasswordPolicy? = nil
  ) throws(SekishoError) {
    steps = try SekishoError.refusals {
      Steps(rust: try .init(keys: keys.rust, policy: policy.rust, passwords: passwords?.rust))
    }
  }

  /// Checks the user's password. Argon2 takes tens of milliseconds of a thread of its own; neither the
  /// calling actor nor any other waits for it.
  ///
  /// - Parameters:
  ///   - password: the password as typed.
  ///   - passwordHash: the user's stored hash; without one the answer is that of a wrong password.
  /// - Throws: ``ErrorCode/invalidCredentials``, ``ErrorCode/verificationBlocked``,
  ///   ``ErrorCode/counterStoreFailed``.
  public func checkPassword(
    _ password: String,
    passwordHash: String?,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    counters: any CounterStore,
    now: Date? = nil,
    entropy: Data? = nil
  ) async throws(SekishoError) -> PasswordVerified {
    try await steps.checkPassword(
      password, passwordHash: passwordHash, subject: subject, session: session, operation: operation,
      operationJSON: operationJSON, now: now, entropy: entropy
    ).driveComputing(over: counters)
  }

  /// Draws a code. Send it, then answer with the challenge; if it cannot be sent, cancel it.
  ///
  /// - Parameters:
  ///   - to: where the code goes.
  ///   - purpose: what the record will be good for: see ``Purpose/ofCode(to:own:asked:)``. A permission
  ///     if not given.
  /// - Throws: ``ErrorCode/messageRateLimited``, ``ErrorCode/counterStoreFailed``.
  public func sendCode(
    to: Identifier,
    purpose: Purpose? = nil,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    counters: any CounterStore,
    now: Date? = nil,
    entropy: Data? = nil
  ) async throws(SekishoError) -> CodeSent {
    let drawn = try await steps.sendCode(
      to: to, purpose: purpose, subject: subject, session: session, operation: operation,
      operationJSON: operationJSON, now: now, entropy: entropy
    ).drive(over: counters)
    return CodeSent(drawn, counters)
  }

  /// The challenge's code once more, under the same token, to the same end and within the same budgets, so
  /// that it does not matter which message is read. Send it; if it cannot be sent, cancel it.
  ///
  /// - Parameters:
  ///   - challenge: the challenge of the send.
  ///   - to: where the first message went.
  ///   - operation: that of the send, if it had one: the message tells of it again.
  /// - Throws: ``ErrorCode/recordNotFound`` for what is no challenge of this user and session, or was made
  ///   under another policy of codes; ``ErrorCode/codeEmailMismatch`` or ``ErrorCode/codePhoneMismatch``
  ///   for another recipient, ``ErrorCode/recordOperationMismatch``, ``ErrorCode/codeExpired``,
  ///   ``ErrorCode/codeNotFound`` for a code that was used or revoked, ``ErrorCode/messageRateLimited``,
  ///   also within 30 seconds of the message before, ``ErrorCode/counterStoreFailed``.
  public func resendCode(
    _ challenge: String,
    to: Identifier,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    counters: any CounterStore,
    now: Date? = nil
  ) async throws(SekishoError) -> CodeSent {
    let drawn = try await steps.resendCode(
      challenge, to: to, subject: subject, session: session, operation: operation,
      operationJSON: operationJSON, now: now
    ).drive(over: counters)
    return CodeSent(drawn, counters)
  }

  /// Checks a code against its challenge.
  ///
  /// - Parameters:
  ///   - code: the code as typed.
  ///   - challenge: the challenge of the send.
  ///   - to: where the client says the code was sent.
  /// - Throws: ``ErrorCode/recordNotFound``, the codes of `verification_code`,
  ///   ``ErrorCode/verificationBlocked``, ``ErrorCode/counterStoreFailed``.
  public func checkCode(
    _ code: String,
    challenge: String,
    to: Identifier,
    subject: String,
    session: String? = nil,
    counters: any CounterStore,
    now: Date? = nil
  ) async throws(SekishoError) -> Verified {
    try await steps.checkCode(
      code, challenge: challenge, to: to, subject: subject, session: session, now: now
    ).drive(over: counters)
  }

  /// Holds a record against a requirement and, for single use, uses it up. One that was revoked is not
  /// accepted.
  ///
  /// - Parameters:
  ///   - record: the record, or a challenge whose code was used.
  ///   - requirement: what the operation demands; a permission by any method if not given.
  ///   - idempotencyKey: for single use: names this one request, so that repeating it is the same use.
  /// - Throws: ``ErrorCode/recordNotFound``, the codes of `record`, ``ErrorCode/counterStoreFailed``.
  @discardableResult
  public func present(
    _ record: String,
    requirement: Requirement = Requirement(),
    idempotencyKey: String? = nil,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    counters: any CounterStore,
    now: Date? = nil
  ) async throws(SekishoError) -> Accepted {
    try await steps.present(
      record, requirement: requirement, idempotencyKey: idempotencyKey, subject: subject,
      session: session, operation: operation, operationJSON: operationJSON, now: now
    ).drive(over: counters)
  }

  /// Revokes a record or a challenge of the user's, in whichever session it was made: its code is no longer
  /// right, and nothing accepts the record. Revoking again changes nothing.
  ///
  /// - Throws: ``ErrorCode/recordNotFound`` for what is none of this user,
  ///   ``ErrorCode/counterStoreFailed``.
  public func revoke(
    _ record: String, subject: String, counters: any CounterStore, now: Date? = nil
  ) async throws(SekishoError) {
    try await steps.revoke(record, subject: subject, now: now).drive(over: counters)
  }

  /// Revokes the challenge of a message that the user did not ask for, by what the message's link carries:
  /// ``CodeSent/revocation``. Nobody needs to be signed in.
  ///
  /// - Throws: ``ErrorCode/recordNotFound`` for anything else, and after the record's end;
  ///   ``ErrorCode/counterStoreFailed``.
  public func revokeByLink(
    _ revocation: String, counters: any CounterStore, now: Date? = nil
  ) async throws(SekishoError) {
    try await steps.revokeByLink(revocation, now: now).drive(over: counters)
  }

  /// What a client needs to go on with an operation that was refused for want of a verification: it sends the
  /// handle with its request for one. It lives as long as a record, and allows nothing.
  ///
  /// - Parameter requirement: what the operation demands; only its methods are kept.
  /// - Throws: ``ErrorCode/keyNoneSeals``, and ``ErrorCode/requirementInvalid`` for an age below zero.
  public func issueResumeHandle(
    requirement: Requirement = Requirement(),
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    now: Date? = nil
  ) throws(SekishoError) -> ResumeHandle {
    let binding = try Binding(subject, session, operation, operationJSON)
    return try SekishoError.refusals {
      ResumeHandle(
        try steps.rust.issueResumeHandle(
          subject: binding.subject, requirement: requirement.rust, session: binding.session,
          operationJson: binding.operationJSON, now: now?.unixSeconds))
    }
  }

  /// Whether a verification by this method is what the handle's operation was refused for.
  ///
  /// - Parameters:
  ///   - handle: as the client sent it.
  ///   - method: how the user is about to verify.
  /// - Throws: where it is not: ``ErrorCode/recordNotFound`` for what is no handle of this user or has
  ///   expired, ``ErrorCode/recordSessionMismatch``, ``ErrorCode/recordOperationMismatch``,
  ///   ``ErrorCode/recordMethodNotAllowed``.
  public func checkResumeHandle(
    _ handle: String,
    method: Method,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    now: Date? = nil
  ) throws(SekishoError) {
    let binding = try Binding(subject, session, operation, operationJSON)
    try SekishoError.refusals {
      try steps.rust.checkResumeHandle(
        handle: handle, method: method.rust, subject: binding.subject, session: binding.session,
        operationJson: binding.operationJSON, now: now?.unixSeconds)
    }
  }

  /// Ends a user's block and forgets their failures: an operator's act.
  public func unblock(subject: String, counters: any CounterStore) async throws(SekishoError) {
    try await steps.unblock(subject: subject).drive(over: counters)
  }
}
