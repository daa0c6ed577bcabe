internal import SekishoRust

/// A flow under way. Add its ``ops`` in your store and ``resume(_:)`` with the new values, until there
/// are none; then ``outcome()`` has what it came to. Dropping it allows nothing.
public struct Flow<Outcome: Sendable>: Sendable {
  private let flow: any RustFlow
  private let end: @Sendable () throws -> Outcome

  init<Rust: RustFlow>(_ flow: Rust, _ lift: @escaping @Sendable (Rust.Found) -> Outcome) {
    self.flow = flow
    end = { lift(try flow.outcome()) }
  }

  /// The additions to make, in this order, each atomic by itself; nil where it has ended.
  public var ops: [CounterOp]? { flow.ops()?.map(CounterOp.init) }

  /// Goes on with the counters' new values. Such as no store can have end it, refusing.
  ///
  /// One of a password check computes Argon2: it blocks the thread for tens of milliseconds.
  public func resume(_ counts: [Int64]) { flow.resume(counts: counts) }

  /// What the flow came to. It tells that once.
  ///
  /// - Throws: ``SekishoError`` where it was refused.
  public func outcome() throws(SekishoError) -> Outcome {
    try SekishoError.refusals(of: end)
  }
}

extension Flow {
  /// The outcome over a store. A store that throws ends the flow, refusing.
  func drive(over counters: any CounterStore) async throws(SekishoError) -> Outcome {
    while let ops {
      resume(try await added(ops, in: counters))
    }
    return try outcome()
  }

  /// The same for a password check, which computes Argon2 where no task waits for its thread.
  func driveComputing(over counters: any CounterStore) async throws(SekishoError) -> Outcome {
    while let ops {
      let counts = try await added(ops, in: counters)
      try await Computations.run { resume(counts) }
    }
    return try outcome()
  }

  private func added(
    _ ops: [CounterOp], in counters: any CounterStore
  ) async throws(SekishoError) -> [Int64] {
    do {
      return try await counters.add(ops)
    } catch {
      throw SekishoError(.counterStoreFailed, cause: Task.isCancelled ? CancellationError() : error)
    }
  }
}

/// A flow in Rust.
protocol RustFlow: Sendable {
  associatedtype Found
  func ops() -> [SekishoRust.CounterOp]?
  func resume(counts: [Int64])
  func outcome() throws -> Found
}

extension SekishoRust.PasswordCheckFlow: RustFlow {}
extension SekishoRust.CodeSendFlow: RustFlow {}
extension SekishoRust.CodeCheckFlow: RustFlow {}
extension SekishoRust.PresentationFlow: RustFlow {}
extension SekishoRust.EmptyFlow: RustFlow {}
