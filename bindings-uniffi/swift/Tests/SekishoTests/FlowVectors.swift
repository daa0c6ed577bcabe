import Foundation
import Sekisho
import Testing

@Suite struct FlowVectors {
  @Test(arguments: vectors("flow", "policy")) func policy(_ vector: Vector) {
    let made = outcome {
      _ = try Verifier(KeyRing(someRing), policy: vector.policy.asPolicy)
      return .null
    }
    #expect(made == vector.expect)
  }

  @Test(arguments: vectors("flow", "check_password")) func checkPassword(_ vector: Vector) async {
    let input = vector.input
    let (password, stored) = (input.password.text, input.stored.string)
    let (subject, session) = (input.subject.text, input.session.string)
    let (operation, entropy) = (input.operation.string, input.entropy.bytes)
    let checked = await outcome {
      guard isCounted(vector) else {
        return form(
          try await withoutCounters(vector).checkPassword(
            password, passwordHash: stored, subject: subject, session: session,
            operationJSON: operation, now: vector.now.date, entropy: entropy))
      }
      return form(
        try drive(
          steps(vector).checkPassword(
            password, passwordHash: stored, subject: subject, session: session,
            operationJSON: operation, now: vector.now.date, entropy: entropy),
          vector.rounds))
    }
    #expect(checked == vector.expect)
  }

  @Test(arguments: vectors("flow", "send_code")) func sendCode(_ vector: Vector) {
    let input = vector.input
    let (to, subject, session) = (input.to.asIdentifier, input.subject.text, input.session.string)
    let (operation, entropy) = (input.operation.string, input.entropy.bytes)
    let sent = outcome {
      guard isCounted(vector) else {
        let sent = try withoutCounters(vector).sendCode(
          to: to, purpose: input.purpose.named(), subject: subject, session: session,
          operationJSON: operation, now: vector.now.date, entropy: entropy)
        return form(sent)
      }
      let sent = try drive(
        steps(vector).sendCode(
          to: to, purpose: input.purpose.named(), subject: subject, session: session,
          operationJSON: operation, now: vector.now.date, entropy: entropy),
        vector.rounds)
      if vector.cancel != .null { try drive(sent.cancel(), vector.cancel.rounds) }
      return form(sent)
    }
    #expect(sent == vector.expect)
  }

  @Test(arguments: vectors("flow", "resend_code")) func resendCode(_ vector: Vector) {
    let input = vector.input
    let (challenge, to) = (input.challenge.text, input.to.asIdentifier)
    let (subject, session) = (input.subject.text, input.session.string)
    let resent = outcome {
      guard isCounted(vector) else {
        return form(
          try withoutCounters(vector).resendCode(
            challenge, to: to, subject: subject, session: session,
            operationJSON: input.operation.string, now: vector.now.date))
      }
      return form(
        try drive(
          steps(vector).resendCode(
            challenge, to: to, subject: subject, session: session,
            operationJSON: input.operation.string, now: vector.now.date),
          vector.rounds))
    }
    #expect(resent == vector.expect)
  }

  @Test(arguments: vectors("flow", "check_code")) func checkCode(_ vector: Vector) {
    let input = vector.input
    let (code, challenge) = (input.code.text, input.challenge.text)
    let (to, subject, session) = (input.to.asIdentifier, input.subject.text, input.session.string)
    let checked = outcome {
      guard isCounted(vector) else {
        return form(
          try withoutCounters(vector).checkCode(
            code, challenge: challenge, to: to, subject: subject, session: session,
            now: vector.now.date))
      }
      return form(
        try drive(
          steps(vector).checkCode(
            code, challenge: challenge, to: to, subject: subject, session: session,
            now: vector.now.date),
          vector.rounds))
    }
    #expect(checked == vector.expect)
  }

  @Test(arguments: vectors("flow", "present")) func present(_ vector: Vector) {
    let input = vector.input
    let (token, requirement) = (input.token.text, input.requirement.asRequirement)
    let (subject, session) = (input.subject.text, input.session.string)
    let presented = outcome {
      guard isCounted(vector) else {
        return form(
          try withoutCounters(vector).present(
            token, requirement: requirement, subject: subject, session: session,
            operationJSON: input.operation.string, now: vector.now.date))
      }
      return form(
        try drive(
          steps(vector).present(
            token, requirement: requirement, idempotencyKey: input.idempotency_key.string,
            subject: subject, session: session, operationJSON: input.operation.string,
            now: vector.now.date),
          vector.rounds))
    }
    #expect(presented == vector.expect)
  }

  @Test(arguments: vectors("flow", "revoke")) func revoke(_ vector: Vector) {
    let (record, subject) = (vector.input.token.text, vector.input.subject.text)
    let revoked = outcome {
      if isCounted(vector) {
        try drive(steps(vector).revoke(record, subject: subject, now: vector.now.date), vector.rounds)
      } else {
        try withoutCounters(vector).revoke(record, subject: subject, now: vector.now.date)
      }
      return .null
    }
    #expect(revoked == vector.expect)
  }

  @Test(arguments: vectors("flow", "revoke_by_link")) func revokeByLink(_ vector: Vector) {
    let revocation = vector.input.revocation.text
    let revoked = outcome {
      if isCounted(vector) {
        try drive(steps(vector).revokeByLink(revocation, now: vector.now.date), vector.rounds)
      } else {
        try withoutCounters(vector).revokeByLink(revocation, now: vector.now.date)
      }
      return .null
    }
    #expect(revoked == vector.expect)
  }

  @Test(arguments: vectors("flow", "unblock")) func unblock(_ vector: Vector) {
    let unblocked = outcome {
      // Without counters there is nothing to unblock.
      guard isCounted(vector) else { return .null }
      try drive(steps(vector).unblock(subject: vector.input.subject.text), vector.rounds)
      return .null
    }
    #expect(unblocked == vector.expect)
  }

  private func isCounted(_ vector: Vector) -> Bool { vector.limits.string == "counted" }

  private func steps(_ vector: Vector) throws -> Steps {
    try Verifier(
      vector.content.ring(), policy: vector.policy.asPolicy, passwords: passwords(vector)
    ).steps
  }

  private func withoutCounters(_ vector: Vector) throws -> VerifierWithoutCounters {
    #expect(vector.rounds == .array([]))
    return try VerifierWithoutCounters(
      vector.content.ring(), policy: vector.policy.asPolicy, passwords: passwords(vector))
  }

  private func passwords(_ vector: Vector) throws -> PasswordPolicy? {
    let policy = vector.input.password_policy
    return policy == .null ? nil : try policy.passwords()
  }

  /// The flow's outcome, told the counts of the rounds, if it asks for what they say.
  private func drive<Outcome>(_ flow: Flow<Outcome>, _ rounds: JSON) throws -> Outcome {
    for round in rounds.array ?? [] {
      let ops = try #require(flow.ops)
      let asked = ops.map { [JSON.string($0.key), .int(Int($0.delta)), .int(Int($0.ttl))] }
      #expect(asked == round.ops.array?.map { [$0.key, $0.delta, $0.ttl] })
      flow.resume((round.counts.array ?? []).compactMap(\.int).map(Int64.init))
    }
    #expect(flow.ops == nil)
    return try flow.outcome()
  }

  private func form(_ verified: PasswordVerified) -> JSON {
    .object([
      "record": .string(verified.record), "expires_at": verified.expiresAt.seconds,
      "needs_rehash": .bool(verified.needsRehash), "limits": .string(verified.limits.rawValue),
    ])
  }

  private func form(_ verified: Verified) -> JSON {
    .object([
      "record": .string(verified.record), "expires_at": verified.expiresAt.seconds,
      "limits": .string(verified.limits.rawValue),
    ])
  }

  private func form(_ sent: CodeDrawn) -> JSON {
    .object([
      "challenge": .string(sent.challenge), "code": .string(sent.code),
      "expires_at": sent.expiresAt.seconds, "revocation": .string(sent.revocation),
      "purpose": .string(sent.purpose.rawValue), "limits": .string(sent.limits.rawValue),
    ])
  }

  private func form(_ sent: CodeUncounted) -> JSON {
    .object([
      "challenge": .string(sent.challenge), "code": .string(sent.code),
      "expires_at": sent.expiresAt.seconds, "revocation": .string(sent.revocation),
      "purpose": .string(sent.purpose.rawValue), "limits": .string(sent.limits.rawValue),
    ])
  }

  private func form(_ accepted: Accepted) -> JSON {
    .object([
      "id": .string(accepted.id), "method": .string(accepted.method.rawValue),
      "purpose": .string(accepted.purpose.rawValue), "issued_at": accepted.issuedAt.seconds,
      "expires_at": accepted.expiresAt.seconds, "repeated": .bool(accepted.repeated),
      "limits": .string(accepted.limits.rawValue),
    ])
  }
}
