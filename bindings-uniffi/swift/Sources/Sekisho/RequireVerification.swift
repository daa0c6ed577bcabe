import Foundation

/// The answer to give where a record is not good.
public struct Refusal: Sendable {
  /// The HTTP status.
  public let status: Int
  public let code: ErrorCode
  public let headers: [String: String]
  /// What to answer, as JSON: `code` and `message`, and with 401 all that a client needs to go on as `data`:
  /// the `requirement`, the `operation`, and of its resume handle `resumeHandle` and `expiresAt` (ISO 8601).
  public let body: Data
  /// Why, for the log: its cause is what the counter store threw.
  public let error: SekishoError
}

extension Verifier {
  /// Demands a verification before a risky operation.
  ///
  /// - Parameter record: what the client has sent, most often in a header.
  /// - Returns: nil where the record is good. Otherwise the answer to give: 401 with the RFC 9470
  ///   challenge that tells the client what to do, 409 for a record that was used, 400 for what is no
  ///   operation, subject, session or idempotency key, 503 where the counters cannot be reached, 500 for
  ///   what only the operator can mend.
  /// - Throws: ``ErrorCode/keyNoneSeals`` where there is no key for the resume handle,
  ///   ``ErrorCode/timeInvalid`` where it ends after the year 9999, and ``ErrorCode/counterStoreFailed``
  ///   with a `CancellationError` as its cause where the task is cancelled.
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
    let text: String?
    do {
      // Once: the handle is for the very operation that was looked at.
      text = try json(operation, operationJSON)
    } catch {
      return try Refusal(error)
    }
    do {
      try await present(
        record ?? "", requirement: requirement, idempotencyKey: idempotencyKey, subject: subject,
        session: session, operationJSON: text, counters: counters, now: now)
      return nil
    } catch {
      if error.cause is CancellationError && Task.isCancelled { throw error }
      let refused = error.code == .recordNotFound ? SekishoError(.permissionDenied) : error
      switch refused.code {
      case .permissionDenied, .recordSessionMismatch, .recordOperationMismatch,
        .recordMethodNotAllowed, .recordTooOld:
        let handle = try issueResumeHandle(
          requirement: requirement, subject: subject, session: session, operationJSON: text, now: now)
        return try Refusal(refused, requirement, text, handle)
      default:
        return try Refusal(refused)
      }
    }
  }
}

private let uncached = ["Cache-Control": "no-store"]

extension Refusal {
  fileprivate init(_ error: SekishoError) throws(SekishoError) {
    (code, self.error) = (error.code, error)
    switch error.code {
    case .recordUsed: (status, headers) = (409, uncached)
    case .operationInvalid, .contextInvalid: (status, headers) = (400, uncached)
    case .counterStoreFailed:
      (status, headers) = (503, uncached.merging(["Retry-After": "1"]) { $1 })
    default: (status, headers) = (500, uncached)
    }
    body = Data(try "{\(told(error))}".utf8)
  }

  fileprivate init(
    _ error: SekishoError, _ requirement: Requirement, _ operationJSON: String?, _ handle: ResumeHandle
  ) throws(SekishoError) {
    guard handle.expiresAt.timeIntervalSince1970 <= endOfYear9999 else { throw SekishoError(.timeInvalid) }
    (status, code, self.error) = (401, error.code, error)
    headers = uncached.merging(["WWW-Authenticate": try requirement.toChallenge()]) { $1 }
    let told = (
      error: try told(error), requirement: try json(ToldRequirement(requirement, operationJSON)),
      // One that has a handle is JSON of one meaning; to read and write it might make another of it.
      operation: operationJSON.map { #""operation":\#($0),"# } ?? "",
      handle: try json(handle.handle), end: try json(handle.expiresAt.formatted(milliseconds))
    )
    let data = """
      {"requirement":\(told.requirement),\(told.operation)"resumeHandle":\(told.handle),"expiresAt":\(told.end)}
      """
    body = Data("{\(told.error),\"data\":\(data)}".utf8)
  }
}

/// The members that every body has.
private func told(_ error: SekishoError) throws(SekishoError) -> String {
  #""code":\#(try json(error.code.rawValue)),"message":\#(try json(error.description))"#
}

private let endOfYear9999: TimeInterval = 253_402_300_799

private let milliseconds = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

/// The requirement, as the client reads it.
private struct ToldRequirement: Encodable {
  let methods: [String]
  let match = "any"
  let maxAge: Int?
  let bound: Bool
  let singleUse: Bool
  let sameSession: Bool

  init(_ requirement: Requirement, _ operationJSON: String?) {
    methods = (requirement.methods ?? Method.allCases).map(\.rawValue)
    (maxAge, bound) = (requirement.maxAge, operationJSON != nil)
    (singleUse, sameSession) = (requirement.singleUse, requirement.sameSession)
  }
}
