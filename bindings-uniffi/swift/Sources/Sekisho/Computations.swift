import Foundation

/// Threads on which Argon2 is computed, one for each processor. Swift's tasks share as many: if they
/// computed it, every other task would wait.
enum Computations {
  private static let threads = {
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = ProcessInfo.processInfo.activeProcessorCount
    queue.qualityOfService = .userInitiated
    return queue
  }()

  /// What a call of Rust answers; what it refuses is thrown.
  static func run<Answer: Sendable>(
    _ call: @escaping @Sendable () throws -> Answer
  ) async throws(SekishoError) -> Answer {
    let answer = await withCheckedContinuation { done in
      threads.addOperation { done.resume(returning: Result(catching: call)) }
    }
    return try SekishoError.refusals(of: answer.get)
  }
}
