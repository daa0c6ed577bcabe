import Foundation
import Testing

@testable import Sekisho

/// What every counter store does.
@Suite struct CounterTests {
  let counters = MemoryCounters()

  @Test func anAdditionMakesACounterAndAnswersWithItsValue() async {
    #expect(await add(("a", 1, 60), ("a", 2, 60), ("b", 0, 60), ("b", 5, 60)) == [1, 3, 0, 5])
    #expect(await add(("a", 0, 0), ("b", 0, 0)) == [3, 5])
  }

  @Test func aNegativeAdditionMakesNoCounterAndTakesNoneBelowZero() async {
    #expect(await add(("a", -1, 60), ("a", 2, 60), ("a", -5, 60)) == [0, 2, 0])
    #expect(await add(("a", 1, 60), ("a", -(1 << 52), 0), ("a", 1, 60)) == [1, 0, 1])
  }

  @Test func largeNumbersAreExactAndEndAtTheLargest() async {
    let mark = Int64(1) << 40 - 1
    #expect(await add(("a", mark, 60), ("a", mark, 60), ("a", -mark, 0)) == [mark, 2 * mark, mark])
    #expect(await add(("b", .max, 60), ("b", 1, 60), ("b", .min, 0)) == [.max, .max, 0])
  }

  @Test func parallelAdditionsAreEachCounted() async {
    let found = await withTaskGroup(of: Int64.self) { group in
      for _ in 0..<50 { group.addTask { await add(("a", 1, 60))[0] } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(found.sorted() == Array(1...50))
  }

  @Test func noAdditionExtendsACounter() async {
    let clock = Clock()
    let counters = MemoryCounters { clock.now }
    #expect(await add(to: counters, ("a", 1, 10)) == [1])
    clock.advance(9)
    #expect(await add(to: counters, ("a", 1, 60)) == [2])
    clock.advance(1)
    #expect(await add(to: counters, ("a", 0, 0), ("a", 1, 60)) == [0, 1])
  }

  @Test func memoryIsFreedOfWhatHasExpired() async {
    let clock = Clock()
    let counters = MemoryCounters { clock.now }
    for number in 0..<9_999 { _ = await add(to: counters, ("\(number)", 1, 10)) }
    #expect(await counters.kept == 9_999)
    clock.advance(10)
    #expect(await add(to: counters, ("last", 1, 10)) == [1])
    #expect(await counters.kept == 1)
  }

  private func add(_ ops: (String, Int64, Int64)...) async -> [Int64] {
    await counters.add(ops.map(CounterOp.init))
  }

  private func add(to counters: MemoryCounters, _ ops: (String, Int64, Int64)...) async -> [Int64] {
    await counters.add(ops.map(CounterOp.init))
  }
}

private final class Clock: @unchecked Sendable {
  private let lock = NSLock()
  private var time = Date(timeIntervalSince1970: 0)

  var now: Date { lock.withLock { time } }

  func advance(_ seconds: TimeInterval) { lock.withLock { time += seconds } }
}
