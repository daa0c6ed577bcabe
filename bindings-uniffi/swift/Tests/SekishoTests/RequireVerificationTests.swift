import Foundation
import Sekisho
import Testing

/// A route that is guarded: what its client is answered.
@Suite struct RequireVerificationTests {
  let counters = MemoryCounters()

  @Test func aGoodRecordIsLetThrough() async throws {
    #expect(try await guarded(record(), Requirement(maxAge: 300)) == nil)
    let bound = try await record(operation: Transfer())
    #expect(try await guarded(bound, operation: Transfer()) == nil)
  }

  @Test(arguments: [nil, "", "nonsense"])
  func withoutARecordTheClientIsToldWhatToDo(_ nothing: String?) async throws {
    let now = Date(timeIntervalSince1970: 1_764_000_000)
    let verifier = try Verifier(KeyRing.generate(.development, now: now))
    let guarded = try await verifier.requireVerification(
      nothing, requirement: Requirement(maxAge: 300), subject: "user-1", counters: counters, now: now)
    let refusal = try #require(guarded)
    #expect(refusal.status == 401)
    #expect(refusal.code == .permissionDenied)
    let asked = try Requirement.fromChallenge(try #require(refusal.headers["WWW-Authenticate"]))
    #expect(asked.methods == Sekisho.Method.allCases)
    #expect(asked.maxAge == 300)
    let data = try told(refusal).data
    try verifier.checkResumeHandle(data.resumeHandle.text, method: .emailCode, subject: "user-1", now: now)
    let expected = #"""
      {
        "code": "verification_record.permission_denied",
        "message": "This needs a fresh verification of who you are.",
        "data": {
          "requirement": {
            "methods": ["password", "email_code", "phone_code"], "match": "any", "maxAge": 300,
            "bound": false, "singleUse": false, "sameSession": false
          },
          "resumeHandle": "\#(data.resumeHandle.text)",
          "expiresAt": "2025-11-24T16:10:00.000Z"
        }
      }
      """#
    #expect(try told(refusal) == JSONDecoder().decode(JSON.self, from: Data(expected.utf8)))
  }

  @Test func theBodyHasTheOperationAndAHandleForItAlone() async throws {
    let demanded = Requirement(methods: [.emailCode], sameSession: true, singleUse: true)
    let guarded = try await guarded(nil, demanded, session: "s", operation: Transfer())
    let data = try told(try #require(guarded)).data
    #expect(data.operation.payee.text == "Ana")
    #expect(
      data.requirement
        == .object([
          "methods": .array([.string("email_code")]), "match": .string("any"), "bound": .bool(true),
          "singleUse": .bool(true), "sameSession": .bool(true),
        ]))
    func ask(_ method: Sekisho.Method, _ operation: Transfer) throws {
      try verifier.checkResumeHandle(
        data.resumeHandle.text, method: method, subject: "user-1", session: "s", operation: operation)
    }
    try ask(.emailCode, Transfer())
    try await refused(.recordOperationMismatch) { try ask(.emailCode, Transfer(payee: "Eve")) }
    try await refused(.recordMethodNotAllowed) { try ask(.password, Transfer()) }
  }

  /// Two texts that Swift takes for equal are two names of JSON.
  @Test func theOperationIsToldAsItIs() async throws {
    let text = #"{ "e\#u{301}": 1.50, "\#u{e9}": "/" }"#
    let refusal = try await verifier.requireVerification(
      nil, subject: "user-1", operationJSON: text, counters: counters)
    let body = String(decoding: try #require(refusal).body, as: UTF8.self)
    #expect(body.utf8.split(separator: text.utf8).count == 2)
  }

  @Test func whatIsWrongWithARecordIsToldToItsUserAlone() async throws {
    let bound = try await record(session: "s", operation: Transfer())
    let other = Transfer(amount: "120.01")
    let byPassword = Requirement(methods: [.password])
    let refusals: [(ErrorCode, Refusal?)] = [
      (.permissionDenied, try await guarded(bound, subject: "user-2", session: "s", operation: Transfer())),
      (.recordOperationMismatch, try await guarded(bound, session: "s", operation: other)),
      (.recordSessionMismatch, try await guarded(bound, session: "another", operation: Transfer())),
      (.recordMethodNotAllowed, try await guarded(bound, byPassword, session: "s", operation: Transfer())),
    ]
    for (code, refusal) in refusals {
      let refusal = try #require(refusal)
      #expect(refusal.status == 401)
      #expect(refusal.code == code)
      #expect(try told(refusal).code.text == code.rawValue)
      #expect(try told(refusal).data.resumeHandle.text.hasPrefix("sekisho_h1_"))
    }
  }

  @Test func aRecordForSingleUseIsUsedOnce() async throws {
    let record = try await record()
    let once = Requirement(singleUse: true)
    for _ in 0..<2 { #expect(try await guarded(record, once, key: "a") == nil) }
    let refusal = try #require(try await guarded(record, once, key: "b"))
    #expect(refusal.status == 409)
    #expect(refusal.headers["WWW-Authenticate"] == nil)
    #expect(try told(refusal).object?.keys.sorted() == ["code", "message"])
  }

  @Test func whereTheCountersAreDownNobodyGetsThrough() async throws {
    let down = Down(cause: Secretive())
    let answer = try await verifier.requireVerification(
      record(), subject: "user-1", counters: down)
    let refusal = try #require(answer)
    #expect(refusal.status == 503)
    #expect(refusal.headers["Retry-After"] == "1")
    #expect(try told(refusal).code.text == "counter_store_failed")
    #expect(refusal.error.cause is Secretive)
    for text in [String(decoding: refusal.body, as: UTF8.self), "\(refusal)", String(reflecting: refusal)] {
      #expect(!text.contains("secret"))
    }
  }

  @Test func aTaskThatIsCancelledIsNoRefusal() async throws {
    let (record, guarding) = (try await record(), AsyncStream<Void>.makeStream())
    let slow = Slow(begun: guarding.continuation)
    let checking = Task {
      try await verifier.requireVerification(record, subject: "user-1", counters: slow)
    }
    for await _ in guarding.stream { break }
    checking.cancel()
    let error = try await refused(.counterStoreFailed) { _ = try await checking.value }
    #expect(error.cause is CancellationError)
  }

  @Test(arguments: [nil, "nonsense"])
  func whatOnlyTheOperatorCanMendIsNoPermissionEither(_ record: String?) async throws {
    let address = Requirement(identifier: .email("ana"))
    try expect(500, .requirementInvalid, await guarded(record, Requirement(maxAge: -1)))
    try expect(500, .identifierInvalid, await guarded(record, address))
  }

  @Test(arguments: [nil, "nonsense"])
  func whatAClientSendsOutsideTheRulesIsABadRequest(_ record: String?) async throws {
    for text in ["", "\0", String(repeating: "x", count: 257)] {
      try expect(400, .contextInvalid, await guarded(record, subject: text))
      try expect(400, .contextInvalid, await guarded(record, session: text))
      try expect(400, .contextInvalid, await guarded(record, key: text))
    }
    let operations: [any Encodable & Sendable] = [1 << 53 + 1, UInt64.max, Double.nan, Nested(100)]
    for operation in operations {
      try expect(400, .operationInvalid, await guarded(record, operation: operation))
    }
    for text in ["", "{", #"{"a":1,"a":2}"#, String(repeating: "[", count: 1_000_000)] {
      try expect(400, .operationInvalid, await guarded(record, operationJSON: text))
    }
    let encoded = try await guarded(record, operation: Double.nan)
    #expect(encoded?.error.cause is EncodingError)
  }

  @Test func aTimeThatNoISO8601OfFourDigitsHasIsRefused() async throws {
    let start = Date(timeIntervalSince1970: 1_764_000_000)
    let verifier = try Verifier(KeyRing.generate(.development, now: start))
    func guarded(_ now: TimeInterval) async throws -> Refusal? {
      try await verifier.requireVerification(
        nil, subject: "user-1", counters: counters, now: Date(timeIntervalSince1970: now))
    }
    let last = 253_402_300_799.0 - 600
    let refusal = try #require(try await guarded(last))
    #expect(try told(refusal).data.expiresAt.text == "9999-12-31T23:59:59.000Z")
    for now in [last + 1, 1e12] {
      try await refused(.timeInvalid) { _ = try await guarded(now) }
    }
  }

  private func expect(
    _ status: Int, _ code: ErrorCode, _ refusal: Refusal?, at: SourceLocation = #_sourceLocation
  ) throws {
    #expect(refusal?.status == status, sourceLocation: at)
    #expect(refusal?.code == code, sourceLocation: at)
    #expect(refusal?.error.code == code, sourceLocation: at)
    let members = try refusal.map(told)?.object?.keys.sorted()
    #expect(members == ["code", "message"], sourceLocation: at)
  }

  private func told(_ refusal: Refusal) throws -> JSON {
    try JSONDecoder().decode(JSON.self, from: refusal.body)
  }

  private func guarded(
    _ record: String?, _ requirement: Requirement = Requirement(), key: String? = nil,
    subject: String = "user-1", session: String? = nil, operation: (any Encodable & Sendable)? = nil,
    operationJSON: String? = nil
  ) async throws -> Refusal? {
    try await verifier.requireVerification(
      record, requirement: requirement, idempotencyKey: key, subject: subject, session: session,
      operation: operation, operationJSON: operationJSON, counters: counters)
  }
}

/// A list in a list, and so on.
private struct Nested: Encodable {
  let levels: Int

  init(_ levels: Int) { self.levels = levels }

  func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    if levels > 1 { try list.encode(Nested(levels - 1)) }
  }
}
