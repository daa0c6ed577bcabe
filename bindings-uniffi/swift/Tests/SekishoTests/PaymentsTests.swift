import Foundation
import Sekisho
import Testing

/// What the guide shows is what is run.
@Suite struct PaymentsTests {
  @Test func theGuideShowsIt() throws {
    let file = tests.appending(path: "../../../../docs/guides/approve-a-payment.md")
    let guide = try String(contentsOf: file, encoding: .utf8)
    let code = try String(contentsOf: tests.appending(path: "Payments.swift"), encoding: .utf8)
    #expect(code.count > 100)
    #expect(guide.contains("```swift\n\(code)```\n"))
  }

  @Test func thePaymentThatWasApprovedIsAcceptedOnceAndNoOther() async throws {
    let messages = Messages()
    let payments = Payments(verifier: verifier, counters: MemoryCounters()) { _, text in
      await messages.keep(text)
    }
    let transfer = Payments.Transfer(amount: "120.00", currency: "EUR", payee: "Ana")
    let other = Payments.Transfer(amount: "920.00", currency: "EUR", payee: "Ana")
    let handle = try payments.refuse(transfer, by: "user-1")
    try await refused(.recordOperationMismatch) {
      _ = try await payments.send(other, by: "user-1", to: ana, handle: handle)
    }
    let challenge = try await payments.send(transfer, by: "user-1", to: ana, handle: handle)
    let message = try #require(await messages.texts.first)
    let shown = try #require(
      try /Transfer 120\.00 EUR to Ana\. Your code is (\d{6})\. Not you\? (\S+)/.wholeMatch(in: message))
    #expect(shown.2.hasPrefix("https://bank.example.com/not-me#sekisho_x1_"))
    let record = try await payments.check(String(shown.1), challenge, by: "user-1", to: ana)

    try await refused(.recordOperationMismatch) {
      _ = try await payments.accept(other, by: "user-1", record: record, key: "request-1")
    }
    try await refused(.recordNotFound) {
      _ = try await payments.accept(transfer, by: "user-2", record: record, key: "request-1")
    }
    #expect(try await !payments.accept(transfer, by: "user-1", record: record, key: "request-1"))
    #expect(try await payments.accept(transfer, by: "user-1", record: record, key: "request-1"))
    try await refused(.recordUsed) {
      _ = try await payments.accept(transfer, by: "user-1", record: record, key: "request-2")
    }
  }
}

private actor Messages {
  private(set) var texts: [String] = []

  func keep(_ text: String) { texts.append(text) }
}
