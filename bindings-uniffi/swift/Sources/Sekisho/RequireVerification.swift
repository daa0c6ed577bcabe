import Foundation

/// The answer to give where a record is not good.
public struct Refusal: Hashable, Sendable {
  /// The HTTP status.
  public let status: Int
  public let code: ErrorCode
  public let headers: [String: String]
}

extension Verifier {
  /// Demands a verification before a risky operation.
  ///
  /// - Parameter record: what the client has sent, most often in a header.
  /// - Returns: nil where the record is good. Otherwise the answer to give: 401 with the RFC 9470
  ///   challenge that tells the client what to do, 409 for a record that was used, 503 where the counters
  ///   cannot be reached.
  /// - Throws: ``ErrorCode/requirementInvalid`` where there is no challenge for the requirement.
  public func requireVerification(
    _ record: String?,
    requirement: Requirement = Requirement(),
    idempotencyKey: String? = nil,
    subject: String,
    session: String? = nil,
    operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil,
    counters: any CounterStore,
    now: Date? = nil
  ) async throws(SekishoError) -> Refusal? {
    guard let record, !record.isEmpty else { return try Refusal(.permissionDenied, requirement) }
    do {
      try await present(
        record, requirement: requirement, idempotencyKey: idempotencyKey, subject: subject,
        session: session, operation: operation, operationJSON: operationJSON, counters: counters, now: now)
      return nil
    } catch {
      return try Refusal(error.code, requirement)
    }
  }
}

extension Refusal {
  fileprivate init(_ code: ErrorCode, _ requirement: Requirement) throws(SekishoError) {
    var headers = ["Cache-Control": "no-store"]
    switch code {
    case .recordNotFound, .permissionDenied, .recordSessionMismatch, .recordOperationMismatch,
      .recordMethodNotAllowed, .recordTooOld:
      status = 401
      headers["WWW-Authenticate"] = try requirement.toChallenge()
    case .recordUsed:
      status = 409
    case .counterStoreFailed:
      status = 503
      headers["Retry-After"] = "1"
    default:
      status = 500
    }
    self.code = code
    self.headers = headers
  }
}
