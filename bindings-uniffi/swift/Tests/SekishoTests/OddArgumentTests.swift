import Foundation
import Sekisho
import Testing

/// Whatever is passed in, it is refused or taken: nothing ends the process.
@Suite struct OddArgumentTests {
  static let texts = [
    "", "x", "\0", "\u{FFFF}", "🦊", "ana@example.com", "[1]", "{", String(repeating: "x", count: 70_000),
  ]
  static let numbers = [0, 1, -1, .min, .max, 600, 1 << 31, 1 << 32, 1 << 53]
  static let times = [0, -1, 1e9, 1e12, 1e19, -1e300, .infinity, .nan].map(Date.init(timeIntervalSince1970:))
  static let bytes = [0, 1, 31, 32, 33, 70_000].map {
    Data((0..<$0).map { UInt8(truncatingIfNeeded: $0 &* 7) })
  }

  @Test func noArgumentDoesHarm() async throws {
    var pick = Repeatable()
    var (taken, refused) = (0, 0)
    for round in 0..<6_000 {
      do {
        try await call(round, Odd(&pick))
        taken += 1
      } catch is SekishoError {
        refused += 1
      }
    }
    #expect(taken > 100)
    #expect(refused > 1_000)
  }

  fileprivate struct Odd {
    let text, other, third: String
    let number, another: Int
    let time: Date
    let bytes: Data

    fileprivate init(_ random: inout Repeatable) {
      text = OddArgumentTests.texts.randomElement(using: &random) ?? ""
      other = OddArgumentTests.texts.randomElement(using: &random) ?? ""
      third = OddArgumentTests.texts.randomElement(using: &random) ?? ""
      number = OddArgumentTests.numbers.randomElement(using: &random) ?? 0
      another = OddArgumentTests.numbers.randomElement(using: &random) ?? 0
      time = OddArgumentTests.times.randomElement(using: &random) ?? Date()
      bytes = OddArgumentTests.bytes.randomElement(using: &random) ?? Data()
    }
  }

  private func call(_ round: Int, _ odd: Odd) async throws {
    let counters = MemoryCounters()
    let (one, other) = (Int64(odd.number), Int64(odd.another))
    switch round % 16 {
    case 0:
      _ = try await verifier.sendCode(
        to: .email(odd.text), subject: odd.other, session: odd.third, counters: counters, now: odd.time)
    case 1: _ = try await send(counters, operationJSON: odd.text)
    case 2:
      try verifier.steps.checkCode(
        odd.text, challenge: odd.other, to: .phone(odd.third), subject: odd.text, now: odd.time
      ).resume([one, other])
    case 3:
      try await verifier.present(
        odd.text, requirement: Requirement(maxAge: odd.number, identifier: .email(odd.other)),
        idempotencyKey: odd.third, subject: "u", counters: counters)
    case 4:
      _ = try await verifier.checkPassword(
        odd.text, passwordHash: odd.other, subject: "u", counters: counters, entropy: odd.bytes)
    case 5: _ = try KeyRing.generate(.development, now: odd.time, entropy: odd.bytes)
    case 6: _ = try keys.rotate(sealsFrom: odd.time, now: odd.time, entropy: odd.bytes)
    case 7: _ = try keys.retire(odd.text, at: odd.time)
    case 8:
      let pepper = Pepper(id: odd.text, key: odd.bytes)
      _ = try PasswordPolicy(memoryKib: odd.number, passes: odd.another, pepper: pepper)
    case 9:
      let code = CodePolicy(length: odd.number, lifetime: odd.another, maxTries: odd.number)
      let failures = FailurePolicy(limit: odd.another, window: odd.number, block: odd.number)
      _ = try Verifier(keys, policy: Policy(recordLifetime: odd.another, code: code, failures: failures))
    case 10: _ = try Requirement.fromChallenge(odd.text)
    case 11: _ = try renderMessage(odd.text, operationJSON: odd.other)
    case 12:
      _ = try await verifier.resendCode(
        odd.text, to: .email(odd.other), subject: odd.third, counters: counters, now: odd.time)
    case 13: try await verifier.revokeByLink(odd.text, counters: counters, now: odd.time)
    case 14: try await verifier.revoke(odd.text, subject: odd.other, counters: counters, now: odd.time)
    case 15:
      let handle = try verifier.issueResumeHandle(
        requirement: Requirement(maxAge: odd.number), subject: odd.other, now: odd.time
      ).handle
      let shown = odd.bytes.isEmpty ? handle : odd.text
      try verifier.checkResumeHandle(shown, method: .password, subject: odd.other, session: odd.third)
    default:
      let ops = [(one, other), (other, one)].map { CounterOp(key: odd.text, delta: $0, ttl: $1) }
      _ = await counters.add(ops + ops)
      try verifier.steps.sendCode(to: ana, subject: odd.third, entropy: odd.bytes).resume([one, other])
    }
  }
}

/// The same numbers in every run (Knuth's MMIX).
private struct Repeatable: RandomNumberGenerator {
  private var state: UInt64 = 7

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }
}
