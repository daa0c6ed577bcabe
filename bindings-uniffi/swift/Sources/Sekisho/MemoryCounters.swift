import Foundation

/// Counters in the memory of this process, for development, tests and servers that are one process.
/// They are gone when it ends, and with them every budget and every mark of a used code.
public actor MemoryCounters: CounterStore {
  private struct Counter {
    var count: Int64 = 0
    var expiresAt = Date.distantPast
  }

  /// After this many additions what has expired is removed.
  private static let sweepInterval = 10_000

  private let clock: @Sendable () -> Date
  private var counters: [String: Counter] = [:]
  private var additions = 0

  /// - Parameter clock: the time; the system's if not given.
  public init(clock: @escaping @Sendable () -> Date = { Date() }) {
    self.clock = clock
  }

  public func add(_ ops: [CounterOp]) -> [Int64] {
    let now = clock()
    additions += ops.count
    if additions >= Self.sweepInterval { sweep(now) }
    return ops.map { addOne($0, now) }
  }

  /// How many counters memory is taken for.
  var kept: Int { counters.count }

  private func addOne(_ op: CounterOp, _ now: Date) -> Int64 {
    var counter = counters[op.key, default: Counter()]
    if counter.expiresAt <= now {
      counter = Counter(expiresAt: now.addingTimeInterval(TimeInterval(op.ttl)))
    }
    let (sum, isTooLarge) = counter.count.addingReportingOverflow(op.delta)
    counter.count = isTooLarge ? .max : max(0, sum)
    counters[op.key] = counter.count == 0 ? nil : counter
    return counter.count
  }

  private func sweep(_ now: Date) {
    additions = 0
    counters = counters.filter { $0.value.expiresAt > now }
  }
}
