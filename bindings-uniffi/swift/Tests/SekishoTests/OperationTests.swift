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
