import Sekisho

struct Payments {
  struct Transfer: Encodable {
    var type = "transfer"
    let amount, currency, payee: String
  }

  let verifier: Verifier
  let counters: any CounterStore
  let mail: @Sendable (Identifier, String) async throws -> Void
  let demanded = Requirement(methods: [.emailCode], maxAge: 300, singleUse: true)

  func refuse(_ transfer: Transfer, by user: String) throws -> String {
    try verifier.issueResumeHandle(
      requirement: demanded, subject: user, operation: transfer
    ).handle
  }

  func send(_ transfer: Transfer, by user: String, to: Identifier, handle: String) async throws -> String {
    try verifier.checkResumeHandle(handle, method: .emailCode, subject: user, operation: transfer)
    let sentence = try renderMessage("Transfer {amount} {currency} to {payee}", operation: transfer)
    let sent = try await verifier.sendCode(
      to: to, subject: user, operation: transfer, counters: counters)
    let link = "https://bank.example.com/not-me#\(sent.revocation)"
    try await mail(to, "\(sentence). Your code is \(sent.code). Not you? \(link)")
    return sent.challenge
  }

  func check(_ code: String, _ challenge: String, by user: String, to: Identifier) async throws -> String {
    try await verifier.checkCode(
      code, challenge: challenge, to: to, subject: user, counters: counters
    ).record
  }

  func accept(_ transfer: Transfer, by user: String, record: String, key: String) async throws -> Bool {
    try await verifier.present(
      record, requirement: demanded, idempotencyKey: key, subject: user, operation: transfer,
      counters: counters
    ).repeated
  }
}
