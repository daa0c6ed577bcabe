internal import SekishoRust

/// How many attempts there are and how long what lives. What is not given is the default.
public struct Policy: Hashable, Sendable {
  /// Seconds a record is good, 60 to 86400; 600 by default.
  public var recordLifetime: Int?
  public var code: CodePolicy
  public var failures: FailurePolicy
  public var sends: SendPolicy

  public init(
    recordLifetime: Int? = nil,
    code: CodePolicy = CodePolicy(),
    failures: FailurePolicy = FailurePolicy(),
    sends: SendPolicy = SendPolicy()
  ) {
    self.recordLifetime = recordLifetime
    self.code = code
    self.failures = failures
    self.sends = sends
  }

  var rust: SekishoRust.Policy {
    .init(
      recordLifetime: recordLifetime.map(Int64.init), code: code.rust, failures: failures.rust,
      sends: sends.rust)
  }
}

/// How codes are made and how long they live.
public struct CodePolicy: Hashable, Sendable {
  /// The characters a code is drawn from.
  public enum Alphabet: String, Sendable {
    /// `0` to `9`.
    case digits
    /// 32 digits and capitals without I, L, O and U, of which none is mistaken for another (Crockford's).
    case base32
  }

  /// Characters in a code, 4 to 10; 6 by default.
  public var length: Int?
  public var alphabet: Alphabet
  /// Seconds a code is good, 60 to 3600; 600 by default.
  public var lifetime: Int?
  /// Wrong codes for one challenge, 1 to 100; 10 by default.
  public var maxTries: Int?

  public init(
    length: Int? = nil, alphabet: Alphabet = .digits, lifetime: Int? = nil, maxTries: Int? = nil
  ) {
    self.length = length
    self.alphabet = alphabet
    self.lifetime = lifetime
    self.maxTries = maxTries
  }

  var rust: SekishoRust.CodePolicy {
    .init(
      length: length.map(Int32.init(clamping:)), alphabet: alphabet == .digits ? .digits : .base32,
      lifetime: lifetime.map(Int64.init), maxTries: maxTries.map(Int32.init(clamping:)))
  }
}

/// When a user is blocked: failures of passwords and codes together.
public struct FailurePolicy: Hashable, Sendable {
  /// The failure that blocks, 1 to 10000; the 100th by default.
  public var limit: Int?
  /// Within how many seconds, 60 to 86400; 3600 by default.
  public var window: Int?
  /// Seconds a block lasts, 60 to 2592000; 3600 by default.
  public var block: Int?
  /// Failures after which a session verifies no more for a day, whatever its user has left: 1 to 10000; 0,
  /// the default, for no such limit. Only for requests that name their session.
  public var sessionLimit: Int?

  public init(
    limit: Int? = nil, window: Int? = nil, block: Int? = nil, sessionLimit: Int? = nil
  ) {
    self.limit = limit
    self.window = window
    self.block = block
    self.sessionLimit = sessionLimit
  }

  var rust: SekishoRust.FailurePolicy {
    .init(
      limit: limit.map(Int32.init(clamping:)), window: window.map(Int64.init),
      block: block.map(Int64.init), sessionLimit: sessionLimit.map(Int32.init(clamping:)))
  }
}

/// How many messages one recipient gets.
public struct SendPolicy: Hashable, Sendable {
  /// Messages in one window, 1 to 10000; 10 by default.
  public var limit: Int?
  /// Seconds from the first message, 1 to 86400; 600 by default.
  public var window: Int?

  public init(limit: Int? = nil, window: Int? = nil) {
    self.limit = limit
    self.window = window
  }

  var rust: SekishoRust.SendPolicy {
    .init(limit: limit.map(Int32.init(clamping:)), window: window.map(Int64.init))
  }
}
