import Foundation
internal import SekishoRust

/// The flows in their single steps, for who batches additions or has a store of another shape.
public struct Steps: Sendable {
  let rust: SekishoRust.Verifier

  /// Begins to check a password: see ``Verifier/checkPassword(_:passwordHash:subject:session:operation:operationJSON:counters:now:entropy:)``.
  public func checkPassword(
    _ password: String,
    passwordHash: String?,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    now: Date? = nil,
    entropy: Data? = nil
  ) throws(SekishoError) -> Flow<PasswordVerified> {
    let binding = try Binding(subject, session, operation, operationJSON)
    return try SekishoError.refusals {
      let check = PasswordCheck(binding, password, passwordHash)
      let flow = try rust.checkPassword(check: check, now: now?.unixSeconds, entropy: entropy)
      return Flow(flow, PasswordVerified.init)
    }
  }

  /// Begins to send a code: see ``Verifier/sendCode(to:purpose:subject:session:operation:operationJSON:counters:now:entropy:)``.
  public func sendCode(
    to: Identifier,
    purpose: Purpose? = nil,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    now: Date? = nil,
    entropy: Data? = nil
  ) throws(SekishoError) -> Flow<CodeDrawn> {
    let binding = try Binding(subject, session, operation, operationJSON)
    return try SekishoError.refusals {
      let send = CodeSend(binding, to, purpose)
      let flow = try rust.sendCode(send: send, now: now?.unixSeconds, entropy: entropy)
      return Flow(flow, CodeDrawn.init)
    }
  }

  /// Begins to send a code again: see ``Verifier/resendCode(_:to:subject:session:operation:operationJSON:counters:now:)``.
  public func resendCode(
    _ challenge: String,
    to: Identifier,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    now: Date? = nil
  ) throws(SekishoError) -> Flow<CodeDrawn> {
    let binding = try Binding(subject, session, operation, operationJSON)
    return try SekishoError.refusals {
      let resend = CodeResend(binding, challenge, to)
      return Flow(try rust.resendCode(resend: resend, now: now?.unixSeconds), CodeDrawn.init)
    }
  }

  /// Begins to check a code: see ``Verifier/checkCode(_:challenge:to:subject:session:counters:now:)``.
  public func checkCode(
    _ code: String,
    challenge: String,
    to: Identifier,
    subject: String,
    session: String? = nil,
    now: Date? = nil
  ) throws(SekishoError) -> Flow<Verified> {
    try SekishoError.refusals {
      let check = CodeCheck(
        subject: subject, to: to.rust, challenge: challenge, code: code, session: session)
      return Flow(try rust.checkCode(check: check, now: now?.unixSeconds), Verified.init)
    }
  }

  /// Begins to hold a record against a requirement: see ``Verifier/present(_:requirement:idempotencyKey:subject:session:operation:operationJSON:counters:now:)``.
  public func present(
    _ record: String,
    requirement: Requirement = Requirement(),
    idempotencyKey: String? = nil,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    now: Date? = nil
  ) throws(SekishoError) -> Flow<Accepted> {
    let binding = try Binding(subject, session, operation, operationJSON)
    return try SekishoError.refusals {
      let shown = Presentation(binding, record, requirement, idempotencyKey)
      return Flow(try rust.present(shown: shown, now: now?.unixSeconds), Accepted.init)
    }
  }

  /// Begins to revoke a record or a challenge: see ``Verifier/revoke(_:subject:counters:now:)``.
  public func revoke(
    _ record: String, subject: String, now: Date? = nil
  ) throws(SekishoError) -> Flow<Void> {
    try SekishoError.refusals {
      Flow(try rust.revoke(record: record, subject: subject, now: now?.unixSeconds)) { $0 }
    }
  }

  /// Begins to revoke by a message's link: see ``Verifier/revokeByLink(_:counters:now:)``.
  public func revokeByLink(
    _ revocation: String, now: Date? = nil
  ) throws(SekishoError) -> Flow<Void> {
    try SekishoError.refusals {
      Flow(try rust.revokeByLink(revocation: revocation, now: now?.unixSeconds)) { $0 }
    }
  }

  /// Begins to end a user's block: see ``Verifier/unblock(subject:counters:)``.
  public func unblock(subject: String) throws(SekishoError) -> Flow<Void> {
    try SekishoError.refusals { Flow(try rust.unblock(subject: subject)) { $0 } }
  }
}
