import Foundation
import Sekisho
import Testing

private struct Payment: Encodable, Sendable {
  var amount = "120.00"
  var payee = ["name": "Ana"]
  var count = 2
}

/// What a user approves: the message that says so, its code once more, and what takes it back.
@Suite struct ApprovalTests {
  let counters = MemoryCounters()
  let later = Date() + 30

  @Test func aMessageShowsTheOperationThatIsApproved() async throws {
    let template = "{amount} to {payee.name}, {count} times"
    #expect(try renderMessage(template, operation: Payment()) == "120.00 to Ana, 2 times")
    try await refused(.operationNotDisplayable) { _ = try renderMessage("{payee}", operation: Payment()) }
    try await refused(.messageTemplateInvalid) { _ = try renderMessage("{amount", operation: Payment()) }
    try await refused(.operationInvalid) { _ = try renderMessage("{a}", operation: Double.nan) }
    try await refused(.operationInvalid) {
      _ = try renderMessage("{a}", operationJSON: #"{"a":1,"a":2}"#)
    }
  }

  @Test func aCodeIsSentAgainAndOneOfTheTwoMessagesVerifiesOnce() async throws {
    let sent = try await send(counters, operation: Payment())
    let early = try await refused(.messageRateLimited) { _ = try await resend(sent, Payment(), at: Date()) }
    #expect((1...30).contains(try #require(early.retryAfter)))
    let again = try await resend(sent, Payment(), at: later)
    #expect(again.challenge == sent.challenge)
    #expect(again.code == sent.code)
    #expect(again.revocation == sent.revocation)
    #expect(again.expiresAt == sent.expiresAt)
    try await refused(.messageRateLimited) { _ = try await resend(sent, Payment(), at: later) }
    for other in [Payment(amount: "120.01"), nil] {
      try await refused(.recordOperationMismatch) { _ = try await resend(sent, other, at: later) }
    }
    try await check(counters, again)
    try await refused(.codeNotFound) { _ = try await resend(sent, Payment(), at: later + 30) }
  }

  @Test func whoeverHasTheLinkOfTheMessageRevokes() async throws {
    let sent = try await send(counters)
    try await refused(.recordNotFound) {
      try await verifier.revokeByLink(sent.challenge, counters: counters)
    }
    for _ in 0..<2 { try await verifier.revokeByLink(sent.revocation, counters: counters) }
    try await refused(.codeNotFound) { try await check(counters, sent) }
  }

  @Test func aRecordIsRevokedByItsUser() async throws {
    let record = try await check(counters, send(counters)).record
    try await refused(.recordNotFound) {
      try await verifier.revoke(record, subject: "user-2", counters: counters)
    }
    try await verifier.present(record, subject: "user-1", counters: counters)
    for _ in 0..<2 { try await verifier.revoke(record, subject: "user-1", counters: counters) }
    try await refused(.recordNotFound) {
      try await verifier.present(record, subject: "user-1", counters: counters)
    }
  }

  @Test func withoutCountersACodeIsSentAgainAndNothingIsRevoked() async throws {
    let uncounted = try VerifierWithoutCounters(keys)
    let sent = try uncounted.sendCode(to: ana, subject: "user-1")
    let again = try uncounted.resendCode(sent.challenge, to: ana, subject: "user-1", now: later)
    #expect(again.code == sent.code)
    let verified = try uncounted.checkCode(
      again.code, challenge: sent.challenge, to: ana, subject: "user-1")
    try await refused(.countersRequired) { try uncounted.revoke(verified.record, subject: "user-1") }
    try await refused(.countersRequired) { try uncounted.revokeByLink(sent.revocation) }
    let handle = try uncounted.issueResumeHandle(subject: "user-1").handle
    try verifier.checkResumeHandle(handle, method: .password, subject: "user-1")
    try await refused(.recordNotFound) {
      try uncounted.checkResumeHandle(handle, method: .password, subject: "user-2")
    }
  }

  @Test func aRefusedOperationIsGoneOnWithByTheUserInTheSessionByTheMethod() async throws {
    let asked = Requirement(methods: [.emailCode])
    let issued = try verifier.issueResumeHandle(
      requirement: asked, subject: "user-1", session: "session-1", operation: Payment())
    #expect(abs(issued.expiresAt.timeIntervalSinceNow - 600) < 5)
    let resume = {
      (method: Sekisho.Method, subject: String, session: String?, operation: Payment?) in
      try verifier.checkResumeHandle(
        issued.handle, method: method, subject: subject, session: session, operation: operation)
    }
    try resume(.emailCode, "user-1", "session-1", Payment())
    try await refused(.recordNotFound) { try resume(.emailCode, "user-2", "session-1", Payment()) }
    try await refused(.recordSessionMismatch) { try resume(.emailCode, "user-1", nil, Payment()) }
    try await refused(.recordOperationMismatch) { try resume(.emailCode, "user-1", "session-1", nil) }
    try await refused(.recordMethodNotAllowed) { try resume(.password, "user-1", "session-1", Payment()) }
    try await refused(.recordNotFound) {
      try await verifier.present(issued.handle, subject: "user-1", counters: counters)
    }
  }

  @Test func failuresOfASessionEndItsRightToVerifyAndAnotherOfTheUserGoesOn() async throws {
    let strict = try Verifier(keys, policy: Policy(failures: FailurePolicy(sessionLimit: 2)))
    let stored = try await PasswordPolicy(memoryKib: 64, passes: 1).hash("correct horse")
    let check = { (password: String, session: String) in
      _ = try await strict.checkPassword(
        password, passwordHash: stored, subject: "user-1", session: session, counters: counters)
    }
    for _ in 0..<2 { try await refused(.invalidCredentials) { try await check("wrong", "stolen") } }
    let ended = try await refused(.verificationBlocked) { try await check("correct horse", "stolen") }
    #expect(ended.retryAfter == 86_400)
    try await check("correct horse", "own")
  }

  private func resend(
    _ sent: CodeSent, _ operation: Payment?, at now: Date
  ) async throws -> CodeSent {
    try await verifier.resendCode(
      sent.challenge, to: ana, subject: "user-1", operation: operation, counters: counters, now: now)
  }
}
