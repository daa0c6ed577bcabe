import Foundation
import Sekisho
import Testing

/// Tests that measure, and so run while nothing else does.
@Suite(.serialized) struct AloneTests {
  /// Computations of about a second in all, of which no actor shall notice a quarter.
  @Test @MainActor func argon2BlocksNoActor() async throws {
    let passwords = try PasswordPolicy(memoryKib: 65_536, passes: 4)
    let verifier = try Verifier(keys, passwords: passwords)
    let stored = try await passwords.hash("correct horse")
    let (ownActor, pool) = (Ticks(), Ticks())
    let onOwn = Task { @MainActor in await ownActor.count() }
    let onPool = Task.detached { await pool.count() }
    let begun = ContinuousClock.now
    let found = await tally(4 * ProcessInfo.processInfo.activeProcessorCount) {
      _ = try await verifier.checkPassword(
        "correct horse", passwordHash: stored, subject: "user-1", counters: MemoryCounters())
    }
    let took = ContinuousClock.now - begun
    let longest = max(ownActor.longest, pool.longest)
    #expect(found == [nil: 4 * ProcessInfo.processInfo.activeProcessorCount])
    #expect(longest < took / 4)

    // Work on the actor itself is noticed.
    let blocked = ContinuousClock.now
    while ContinuousClock.now - blocked < took / 2 {}
    try await Task.sleep(for: .milliseconds(10))
    #expect(ownActor.longest >= took / 4)
    print("Argon2: \(took) in all, of which another task waited \(longest)")
    onOwn.cancel()
    onPool.cancel()
  }

  #if os(Linux)
    @Test func tenThousandFlowsLeaveNoGrowingMemory() async throws {
      let before = try await stories(500)
      let after = try await stories(2_000)
      print("10,000 flows: \(before) KiB before, \(after) KiB after")
      #expect(after - before < 1_024)
    }

    private func stories(_ count: Int) async throws -> Int {
      for _ in 0..<count { try await story() }
      return try residentKib()
    }

    /// Five flows.
    private func story() async throws {
      let counters = MemoryCounters()
      let sent = try await send(counters, session: "s", operation: ["a": 1])
      let verified = try await check(counters, sent, session: "s")
      try await verifier.present(
        verified.record, subject: "user-1", session: "s", operation: ["a": 1], counters: counters)
      try await sent.cancel()
      try await refused(.codeNotFound) { try await check(counters, sent, session: "s") }
    }

    private func residentKib() throws -> Int {
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS") })
      return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }
  #endif
}

/// How long a task waits for its turn at most.
private final class Ticks: @unchecked Sendable {
  private let lock = NSLock()
  private var longestGap = Duration.zero

  var longest: Duration { lock.withLock { longestGap } }

  func count(isolation: isolated (any Actor)? = #isolation) async {
    var last = ContinuousClock.now
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(1))
      let now = ContinuousClock.now
      lock.withLock { longestGap = max(longestGap, now - last) }
      last = now
    }
  }
}
