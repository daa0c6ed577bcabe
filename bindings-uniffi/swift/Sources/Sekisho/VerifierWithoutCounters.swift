import Foundation
internal import SekishoRust

/// A verifier for a host that has no counter store: attempts are not limited, a code works until it
/// expires, and records are not used up. Every outcome says so. Only for what an attacker gains nothing by
/// trying a million times.
public struct VerifierWithoutCounters: Sendable {
  private let rust: SekishoRust.VerifierWithoutCounters

  /// As ``Verifier``.
  public init(
    _ keys: KeyRing, policy: Policy = Policy(), passwords: PasswordPolicy? = nil
  ) throws(SekishoError) {
    rust = try SekishoError.refusals {
      try .init(keys: keys.rust, policy: policy.rust, passwords: passwords?.rust)
    }
  }

  /// Checks the user's password. Argon2 takes tens of milliseconds of a thread of its own.
  ///
  /// - Throws: ``ErrorCode/invalidCredentials``.
  public func checkPassword(
    _ password: String,
    passwordHash: String?,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    now: Date? = nil,
    entropy: Data? = nil
  ) async throws(SekishoError) -> PasswordVerified {
    let binding = try Binding(subject, session, operation, operationJSON)
    return try await Computations.run {
      let check = PasswordCheck(binding, password, passwordHash)
      return PasswordVerified(
        try rust.checkPassword(check: check, now: now?.unixSeconds, entropy: entropy))
    }
  }

  /// Draws a code.
  public func sendCode(
    to: Identifier,
    purpose: Purpose? = nil,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    now: Date? = nil,
    entropy: Data? = nil
  ) throws(SekishoError) -> CodeUncounted {
    let binding = try Binding(subject, session, operation, operationJSON)
    return try SekishoError.refusals {
      let send = CodeSend(binding, to, purpose)
      return CodeUncounted(try rust.sendCode(send: send, now: now?.unixSeconds, entropy: entropy))
    }
  }

  /// The challenge's code once more: see
  /// ``Verifier/resendCode(_:to:subject:session:operation:operationJSON:counters:now:)``.
  public func resendCode(
    _ challenge: String,
    to: Identifier,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    now: Date? = nil
  ) throws(SekishoError) -> CodeUncounted {
    let binding = try Binding(subject, session, operation, operationJSON)
    return try SekishoError.refusals {
      let resend = CodeResend(binding, challenge, to)
      return CodeUncounted(try rust.resendCode(resend: resend, now: now?.unixSeconds))
    }
  }

  /// Checks a code against its challenge.
  ///
  /// - Throws: ``ErrorCode/recordNotFound``, the codes of `verification_code`.
  public func checkCode(
    _ code: String,
    challenge: String,
    to: Identifier,
    subject: String,
    session: String? = nil,
    now: Date? = nil
  ) throws(SekishoError) -> Verified {
    try SekishoError.refusals {
      let check = CodeCheck(
        subject: subject, to: to.rust, challenge: challenge, code: code, session: session)
      return Verified(try rust.checkCode(check: check, now: now?.unixSeconds))
    }
  }

  /// Holds a record against a requirement.
  ///
  /// - Throws: ``ErrorCode/recordNotFound``, the codes of `record`, and ``ErrorCode/countersRequired``
  ///   where single use is asked for.
  @discardableResult
  public func present(
    _ record: String,
    requirement: Requirement = Requirement(),
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    now: Date? = nil
  ) throws(SekishoError) -> Accepted {
    let binding = try Binding(subject, session, operation, operationJSON)
    return try SekishoError.refusals {
      let shown = Presentation(binding, record, requirement, nil)
      return Accepted(try rust.present(shown: shown, now: now?.unixSeconds))
    }
  }

  /// Revokes nothing: without counters nobody would know.
  ///
  /// - Throws: ``ErrorCode/countersRequired``; ``ErrorCode/recordNotFound`` for what is no record or
  ///   challenge of this user.
  public func revoke(
    _ record: String, subject: String, now: Date? = nil
  ) throws(SekishoError) {
    try SekishoError.refusals {
      try rust.revoke(record: record, subject: subject, now: now?.unixSeconds)
    }
  }

  /// Revokes nothing: without counters nobody would know.
  ///
  /// - Throws: ``ErrorCode/countersRequired``; ``ErrorCode/recordNotFound`` for what is no revocation.
  public func revokeByLink(_ revocation: String, now: Date? = nil) throws(SekishoError) {
    try SekishoError.refusals {
      try rust.revokeByLink(revocation: revocation, now: now?.unixSeconds)
    }
  }

  /// See ``Verifier/issueResumeHandle(requirement:subject:session:operation:operationJSON:now:)``.
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
        try rust.issueResumeHandle(
          subject: binding.subject, requirement: requirement.rust, session: binding.session,
          operationJson: binding.operationJSON, now: now?.unixSeconds))
    }
  }

  /// See ``Verifier/checkResumeHandle(_:method:subject:session:operation:operationJSON:now:)``.
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
      try rust.checkResumeHandle(
        handle: handle, method: method.rust, subject: binding.subject, session: binding.session,
        operationJson: binding.operationJSON, now: now?.unixSeconds)
    }
  }
}
