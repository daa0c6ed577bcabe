import Sekisho

struct Payment: Encodable {
  let payee: String
  let cents: Int
}

/// What an application does around Sekisho.
struct Bank {
  let verifier: Verifier
  let counters: any CounterStore

  private let user = "user-1"
  private let address = Identifier.email("ana@example.com")
  private let once = Requirement(maxAge: 300, singleUse: true)

  init(verifier: Verifier, counters: any CounterStore) {
    self.verifier = verifier
    self.counters = counters
  }

  func sendCode(for payment: Payment) async throws -> CodeSent {
    try await verifier.sendCode(to: address, subject: user, operation: payment, counters: counters)
  }

  func check(_ code: String, _ sent: CodeSent) async -> Result<Verified, SekishoError> {
    do {
      let verified = try await verifier.checkCode(
        code, challenge: sent.challenge, to: address, subject: user, counters: counters)
      return .success(verified)
    } catch {
      return .failure(error)
    }
  }

  /// What the client is answered.
  func pay(
    _ payment: Payment, record: String?, request: String = "request-1", by user: String = "user-1"
  ) async throws -> String {
    let refusal = try await verifier.requireVerification(
      record, requirement: once, idempotencyKey: request, subject: user, operation: payment,
      counters: counters)
    guard let refusal else { return "200 paid" }
    return "\(refusal.status) \(refusal.code.rawValue)"
  }
}

extension Result where Success == Verified, Failure == SekishoError {
  var text: String {
    switch self {
    case .success: "a record"
    case .failure(let error): "\(error.code.rawValue). \(error)"
    }
  }
}
