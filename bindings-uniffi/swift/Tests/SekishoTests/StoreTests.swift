import Foundation
import Sekisho
import Testing

@Suite struct StoreTests {
  @Test(arguments: [[], [1], [0, 0, 0, 0], [1, 0, 0], [-1, 0, 0, 1], [.min, 0, 0, 1], [1, 0, 0, 1, 1]])
  func aStoreThatAnswersNonsenseLetsNobodyThrough(_ answer: [Int64]) async throws {
    let sent = try await send(MemoryCounters())
    try await refused(.counterStoreFailed) { try await check(Answering(answer: answer), sent) }
  }

  @Test func whatAStoreThrowsIsTheCauseAndNotInTheText() async throws {
    let sent = try await send(MemoryCounters())
    let error = try await refused(.counterStoreFailed) {
      try await check(Down(cause: Secretive()), sent)
    }
    #expect(error.cause is Secretive)
    for text in ["\(error)", String(reflecting: error), error.localizedDescription] {
      #expect(!text.contains("secret"))
    }
  }

  @Test func everyFlowIsRefusedWhereTheStoreIsDown() async throws {
    let (down, counters) = (Down(cause: Secretive()), MemoryCounters())
    let sent = try await send(counters)
    let once = Requirement(singleUse: true)
    let record = try await record()
    let flows: [@Sendable () async throws -> Void] = [
      { _ = try await send(down) },
      { try await check(down, sent) },
      { try await verifier.present(record, requirement: once, subject: "user-1", counters: down) },
      { try await verifier.unblock(subject: "user-1", counters: down) },
      {
        _ = try await verifier.checkPassword(
          "x", passwordHash: nil, subject: "user-1", counters: down)
      },
    ]
    for flow in flows {
      let error = try await refused(.counterStoreFailed) { try await flow() }
      #expect(error.cause is Secretive)
    }
  }

  @Test func aCheckThatIsCancelledCancelsWhatTheStoreDoes() async throws {
    let sent = try await send(MemoryCounters())
    let (begins, begun) = AsyncStream<Void>.makeStream()
    let checking = Task { try await check(Slow(begun: begun), sent) }
    for await _ in begins { break }
    checking.cancel()
    let error = try await refused(.counterStoreFailed) { _ = try await checking.value }
    #expect(error.cause is CancellationError)
  }

  @Test func aStoreIsCalledInTheTaskOfItsCaller() async throws {
    let store = Traced()
    try await Trace.$id.withValue("request-7") {
      let sent = try await send(store)
      try await check(store, sent)
    }
    let traces = await store.traces
    #expect(traces.count >= 3)
    #expect(Set(traces) == ["request-7"])
  }
}
