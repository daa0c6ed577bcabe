import Foundation
import Sekisho
import Testing

struct Transfer: Codable, Sendable {
  var amount = "120.00"
  var currency = "EUR"
  var payee = "Ana"
}

@Suite struct OperationTests {
  let counters = MemoryCounters()

  @Test func anOperationIsApprovedAsItIsAndNoOther() async throws {
    let record = try await record(operation: Transfer())
    try await verifier.present(
      record, subject: "user-1", operation: Transfer(), counters: counters)
    let literal = ["payee": "Ana", "currency": "EUR", "amount": "120.00"]
    try await verifier.present(record, subject: "user-1", operation: literal, counters: counters)
    let text = #"{ "currency": "EUR", "payee": "Ana", "amount": "120.00" }"#
    try await verifier.present(record, subject: "user-1", operationJSON: text, counters: counters)
    for other in [Transfer(amount: "120.01"), nil] {
      try await refused(.recordOperationMismatch) {
        try await verifier.present(record, subject: "user-1", operation: other, counters: counters)
      }
    }
  }

  @Test func anOptionalOperationThatIsNilIsNone() async throws {
    let none: Transfer? = nil
    let record = try await record(operation: none)
    try await verifier.present(record, subject: "user-1", counters: counters)
    try await refused(.recordOperationMismatch) {
      try await verifier.present(record, subject: "user-1", operationJSON: "null", counters: counters)
    }
  }

  @Test func whatIsNoOperationIsRefused() async throws {
    let encoded = try await refused(.operationInvalid) { _ = try await send(counters, operation: Double.nan) }
    #expect(encoded.cause is EncodingError)
    try await refused(.operationInvalid) { _ = try await send(counters, operation: 1 << 53) }
    try await refused(.operationInvalid) {
      _ = try await send(counters, operationJSON: #"{"a":1,"a":2}"#)
    }
    try await refused(.operationInvalid) {
      _ = try await send(counters, operation: Transfer(), operationJSON: "{}")
    }
  }
}

@Suite struct RequireVerificationTests {
  let counters = MemoryCounters()

  @Test func aRouteIsGuardedInAFewLines() async throws {
    let record = try await record()
    let fresh = Requirement(maxAge: 300)
    #expect(try await guarded(record, fresh) == nil)
    for nothing in [nil, "", "nonsense"] {
      let refusal = try #require(try await guarded(nothing, fresh))
      #expect(refusal.status == 401)
      let asked = try Requirement.fromChallenge(try #require(refusal.headers["WWW-Authenticate"]))
      #expect(asked.methods == [.password, .emailCode, .phoneCode])
      #expect(asked.maxAge == 300)
    }
    #expect(try await guarded(record, fresh, subject: "user-2")?.status == 401)
    #expect(try await guarded(record, fresh, operation: ["a": 1])?.code == .recordOperationMismatch)
    try await refused(.requirementInvalid) { _ = try await guarded(nil, Requirement(maxAge: -1)) }
  }

  @Test func aRecordForSingleUseIsUsedOnce() async throws {
    let record = try await record()
    let once = Requirement(singleUse: true)
    for _ in 0..<2 { #expect(try await guarded(record, once, key: "a") == nil) }
    #expect(try await guarded(record, once, key: "b")?.status == 409)
    let down = Down(cause: Secretive())
    let refusal = try await verifier.requireVerification(
      record, requirement: once, subject: "user-1", counters: down)
    #expect(refusal?.status == 503)
    #expect(refusal?.headers["Retry-After"] == "1")
  }

  private func guarded(
    _ record: String?, _ requirement: Requirement, subject: String = "user-1", key: String? = nil,
    operation: (any Encodable & Sendable)? = nil
  ) async throws -> Refusal? {
    try await verifier.requireVerification(
      record, requirement: requirement, idempotencyKey: key, subject: subject, operation: operation,
      counters: counters)
  }
}
