import Foundation
import Sekisho

/// A store that throws.
struct Down: CounterStore {
  let cause: any Error

  func add(_ ops: [CounterOp]) async throws -> [Int64] { throw cause }
}

/// A store that answers the same to everything.
struct Answering: CounterStore {
  let answer: [Int64]

  func add(_ ops: [CounterOp]) async -> [Int64] { answer }
}

/// A store that waits as long as its caller does.
struct Slow: CounterStore {
  let begun: AsyncStream<Void>.Continuation

  func add(_ ops: [CounterOp]) async throws -> [Int64] {
    begun.yield()
    try await Task.sleep(for: .seconds(60))
    return ops.map(\.delta)
  }
}

enum Trace {
  @TaskLocal static var id: String?
}

/// A store that notes in which trace it is called.
actor Traced: CounterStore {
  private let counters = MemoryCounters()
  private(set) var traces: [String?] = []

  func add(_ ops: [CounterOp]) async -> [Int64] {
    traces.append(Trace.id)
    return await counters.add(ops)
  }
}

struct Secretive: Error, CustomStringConvertible {
  let description = "secret of the store"
}
