import Foundation
import Sekisho
import Testing

// swift-format-ignore: NeverUseForceTry
let keys = try! KeyRing.generate(.development)
// swift-format-ignore: NeverUseForceTry
let verifier = try! Verifier(keys)

func send(
  _ counters: any CounterStore, session: String? = nil, operation: (any Encodable & Sendable)? = nil,
  operationJSON: String? = nil
) async throws -> CodeSent {
  try await verifier.sendCode(
    to: ana, subject: "user-1", session: session, operation: operation, operationJSON: operationJSON,
    counters: counters)
}

@discardableResult
func check(
  _ counters: any CounterStore, _ sent: CodeSent, _ code: String? = nil, session: String? = nil
) async throws -> Verified {
  try await verifier.checkCode(
    code ?? sent.code, challenge: sent.challenge, to: ana, subject: "user-1", session: session,
    counters: counters)
}

func record(
  session: String? = nil, operation: (any Encodable & Sendable)? = nil
) async throws -> String {
  let counters = MemoryCounters()
  let sent = try await send(counters, session: session, operation: operation)
  return try await check(counters, sent, session: session).record
}

/// How many calls at a time came to which code of an error; nil for none.
func tally(
  _ count: Int, _ call: @escaping @Sendable () async throws -> Void
) async -> [ErrorCode?: Int] {
  await withTaskGroup(of: ErrorCode?.self) { group in
    for _ in 0..<count {
      group.addTask {
        do {
          try await call()
          return nil
        } catch {
          return (error as? SekishoError)?.code ?? .outOfMemory
        }
      }
    }
    return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}

@Suite struct VerifierTests {
  let counters = MemoryCounters()

  @Test func aCodeVerifiesOnce() async throws {
    let sent = try await send(counters)
    #expect(sent.code.count == 6)
    #expect(abs(sent.expiresAt.timeIntervalSinceNow - 600) < 5)
    let found = await tally(8) { try await check(counters, sent) }
    #expect(found == [nil: 1, .codeNotFound: 7])
  }

  @Test func tenWrongCodesAreComparedHoweverManyComeAtOnce() async throws {
    let sent = try await send(counters)
    let wrong = sent.code.hasPrefix("1") ? "000000" : "111111"
    let found = await tally(50) { try await check(counters, sent, wrong) }
    #expect(found == [.codeMismatch: 10, .codeTriesUsedUp: 40])
    try await refused(.codeTriesUsedUp) { try await check(counters, sent) }
  }

  @Test func theEleventhMessageWaitsAndACancelledOneDoesNotCount() async throws {
    for _ in 0..<20 { try await send(counters).cancel() }
    let first = try await send(counters)
    for _ in 1..<10 { _ = try await send(counters) }
    let error = try await refused(.messageRateLimited) { _ = try await send(counters) }
    #expect(try #require(error.retryAfter) > 590)
    try await first.cancel()
    // A second time there is nothing to give back.
    try await first.cancel()
    _ = try await send(counters)
    try await refused(.messageRateLimited) { _ = try await send(counters) }
  }

  @Test func passwordsAreHashedCheckedAndRehashed() async throws {
    let stored = try await PasswordPolicy(memoryKib: 64, passes: 1).hash("correct horse")
    #expect(try await PasswordPolicy().verify("correct horse", passwordHash: stored).matches)
    try await refused(.passwordInvalid) { _ = try await PasswordPolicy().hash("") }
    let verified = try await verifier.checkPassword(
      "correct horse", passwordHash: stored, subject: "user-1", counters: counters)
    #expect(verified.needsRehash)
    for passwordHash in [stored, nil] {
      try await refused(.invalidCredentials) {
        _ = try await verifier.checkPassword(
          "wrong", passwordHash: passwordHash, subject: "user-1", counters: counters)
      }
    }
    let costly = "$argon2id$v=19$m=99999999,t=9,p=9$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw"
    try await refused(.passwordHashTooCostly) {
      _ = try await verifier.checkPassword(
        "x", passwordHash: costly, subject: "user-1", counters: counters)
    }
    for memory in [1 << 30, .max, 0, -1, .min] {
      try await refused(.policyInvalid) { _ = try PasswordPolicy(memoryKib: memory) }
    }
  }

  @Test func aBlockIsEndedByAnOperator() async throws {
    let policy = Policy(failures: FailurePolicy(limit: 1))
    let strict = try Verifier(keys, policy: policy)
    try await refused(.verificationBlocked) {
      _ = try await strict.checkPassword("x", passwordHash: nil, subject: "user-1", counters: counters)
    }
    let sent = try await send(counters)
    let checked = { @Sendable [counters] in
      _ = try await strict.checkCode(
        sent.code, challenge: sent.challenge, to: ana, subject: "user-1", counters: counters)
    }
    let error = try await refused(.verificationBlocked) { try await checked() }
    #expect(try #require(error.retryAfter) > 3590)
    try await strict.unblock(subject: "user-1", counters: counters)
    try await checked()
  }

  @Test func withoutCountersEveryOutcomeSaysSo() async throws {
    let uncounted = try VerifierWithoutCounters(KeyRing(keys.toText()))
    let sent = try uncounted.sendCode(to: ana, subject: "user-1")
    let verified = try uncounted.checkCode(
      sent.code, challenge: sent.challenge, to: ana, subject: "user-1")
    #expect([sent.limits, verified.limits] == [.notCounted, .notCounted])
    try await refused(.countersRequired) {
      try uncounted.present(
        verified.record, requirement: Requirement(singleUse: true), subject: "user-1")
    }
  }

  @Test func aFlowEndsOnce() async throws {
    let flow = try verifier.steps.sendCode(to: ana, subject: "user-1")
    try await refused(.counterStoreFailed) { _ = try flow.outcome() }
    #expect(flow.ops == nil)
  }

  @Test func purposesAreToldByTheAddressesOfTheUser() async throws {
    #expect(try Purpose.ofCode(to: ana, own: [ana]) == .userPermissionValidation)
    #expect(try Purpose.ofCode(to: ana, own: [ana], asked: .bindMfa) == .bindMfa)
    #expect(try Purpose.ofCode(to: ana, own: [.phone("4915112345")]) == .bindNewIdentifier)
    try await refused(.identifierInvalid) { _ = try Purpose.ofCode(to: .phone("x"), own: []) }
  }

  @Test func timesThatCannotBeCountedAreRefused() async throws {
    for time in [Date.distantPast, .init(timeIntervalSince1970: .nan)] {
      try await refused(.timeInvalid) { _ = try KeyRing.generate(.development, now: time) }
    }
    for seconds in [Double.infinity, -.infinity, .greatestFiniteMagnitude, 1e19] {
      try await refused(.timeInvalid) {
        _ = try keys.rotate(sealsFrom: Date(timeIntervalSince1970: seconds))
      }
    }
  }

  @Test func secretsAreInNoTextOfAValue() async throws {
    let secret = String(keys.toText().split(separator: ".")[2])
    let sent = try await send(counters)
    let drawn = try verifier.steps.sendCode(to: ana, subject: "u").finish()
    let uncounted = try VerifierWithoutCounters(keys).sendCode(to: ana, subject: "u")
    let pepper = Pepper(id: "a", key: Data("0123456789abcdef0123456789abcdef".utf8))
    let verified = try await check(counters, sent)
    let resumable = try verifier.issueResumeHandle(subject: "user-1")
    var shown = ""
    for value in [keys, verifier, sent, drawn, uncounted, pepper, verified, resumable] as [Any] {
      print(value, to: &shown)
      debugPrint([value], to: &shown)
      dump(value, to: &shown)
    }
    #expect(shown.contains("KeyRing(development, \(keys.keys[0].kid))"))
    let codes = [sent.code, drawn.code, uncounted.code].map { "\"\($0)\"" }
    let revocations = [sent.revocation, drawn.revocation, uncounted.revocation]
    let tokens = [sent.challenge, drawn.challenge, uncounted.challenge, verified.record, resumable.handle]
    for hidden in codes + revocations + tokens + [secret, "0123456789abcdef", "32 bytes"] {
      #expect(!shown.contains(hidden))
    }
  }
}
