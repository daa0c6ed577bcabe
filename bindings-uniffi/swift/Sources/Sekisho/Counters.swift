internal import SekishoRust

/// One addition to a counter.
public struct CounterOp: Hashable, Sendable {
  /// Names the counter: 22 characters of base64url, a keyed digest without personal data.
  public let key: String
  /// What to add, between -2^52 and 2^52; 0 reads.
  public let delta: Int64
  /// Seconds that a counter lives which this addition creates.
  public let ttl: Int64

  public init(key: String, delta: Int64, ttl: Int64) {
    self.key = key
    self.delta = delta
    self.ttl = ttl
  }

  init(_ op: SekishoRust.CounterOp) {
    self.init(key: op.key, delta: op.delta, ttl: op.ttl)
  }
}

/// Where counters are kept: an actor, or whatever else may be shared. An addition is all there is:
///
/// - A counter that is missing, has expired or stands at zero does not exist. A positive delta creates
///   it with its ttl; no addition extends the ttl of one that exists.
/// - A negative delta creates no counter and takes none below zero.
/// - Each addition is atomic: of two at a time the second sees the first.
///
/// A store that throws ends the check with ``ErrorCode/counterStoreFailed``, and nobody gets through;
/// what it threw is the error's ``SekishoError/cause``.
public protocol CounterStore: Sendable {
  /// Makes the additions in their order and answers with the new values in the same order.
  func add(_ ops: [CounterOp]) async throws -> [Int64]
}
