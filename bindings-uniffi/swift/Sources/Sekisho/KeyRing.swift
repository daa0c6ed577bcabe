import Foundation
internal import SekishoRust

/// The key ring: one key seals, several open, each with its times. A ring never changes. The last to use
/// its keys wipes them.
public struct KeyRing: Sendable {
  /// Where a ring is for: what a development ring sealed no production ring opens.
  public enum Environment: String, Sendable {
    /// Real users.
    case production
    /// A developer's machine.
    case development
  }

  let rust: SekishoRust.KeyRing

  /// Reads a ring's text, as `sekisho-server keys generate` prints it and ``toText()`` gives it.
  ///
  /// - Throws: ``ErrorCode/keyRingMalformed``, ``ErrorCode/keyWeak``, ``ErrorCode/keyRepeated``.
  public init(_ text: String) throws(SekishoError) {
    rust = try SekishoError.refusals { try .parse(text: text) }
  }

  private init(_ rust: SekishoRust.KeyRing) {
    self.rust = rust
  }

  /// Draws a new ring of one key.
  ///
  /// - Parameters:
  ///   - now: from when on it seals; the system's time if not given.
  ///   - entropy: for tests: 32 bytes in place of the platform's randomness.
  public static func generate(
    _ environment: Environment, now: Date? = nil, entropy: Data? = nil
  ) throws(SekishoError) -> KeyRing {
    let environment = environment == .production ? SekishoRust.Environment.production : .development
    return try SekishoError.refusals {
      KeyRing(try .generate(environment: environment, now: now?.unixSeconds, entropy: entropy))
    }
  }

  /// The ring with one more key, which seals from a time on. Keys that are retired at `now` are dropped.
  ///
  /// - Throws: ``ErrorCode/keyRingFull``.
  public func rotate(
    sealsFrom: Date, now: Date? = nil, entropy: Data? = nil
  ) throws(SekishoError) -> KeyRing {
    try SekishoError.refusals {
      let (sealsFrom, now) = (sealsFrom.unixSeconds, now?.unixSeconds)
      return KeyRing(try rust.rotate(sealsFrom: sealsFrom, now: now, entropy: entropy))
    }
  }

  /// The ring in which a key opens nothing from a time on.
  ///
  /// - Throws: ``ErrorCode/keyUnknown``, ``ErrorCode/keyStillSeals``.
  public func retire(_ kid: String, at time: Date) throws(SekishoError) -> KeyRing {
    try SekishoError.refusals { KeyRing(try rust.retire(kid: kid, at: time.unixSeconds)) }
  }

  /// The ring's text, which is the secret itself.
  public func toText() -> String { rust.toText() }

  /// Where the ring is for.
  public var environment: Environment {
    rust.environment() == .production ? .production : .development
  }

  /// The ids and times of the keys: what may be listed and logged.
  public var keys: [KeyTimes] { rust.keys().map(KeyTimes.init) }

  /// The id of the key that seals at a time, now if not given.
  ///
  /// - Throws: ``ErrorCode/keyNoneSeals``.
  public func sealsWith(now: Date? = nil) throws(SekishoError) -> String {
    try SekishoError.refusals { try rust.sealsWith(now: now?.unixSeconds) }
  }

  /// What logs call a user: 32 hexadecimal digits by which events about the same one are found together,
  /// and from which nobody without the ring learns who it is. Rotating keys changes none.
  ///
  /// - Throws: ``ErrorCode/contextInvalid``.
  public func pseudonymOfSubject(_ subject: String) throws(SekishoError) -> String {
    try SekishoError.refusals { try rust.pseudonymOfSubject(subject: subject) }
  }

  /// What logs call a session.
  ///
  /// - Throws: ``ErrorCode/contextInvalid``.
  public func pseudonymOfSession(_ session: String) throws(SekishoError) -> String {
    try SekishoError.refusals { try rust.pseudonymOfSession(session: session) }
  }

  /// What logs call an address or number, the same for every spelling of one recipient.
  ///
  /// - Throws: ``ErrorCode/identifierInvalid``.
  public func pseudonymOfIdentifier(_ identifier: Identifier) throws(SekishoError) -> String {
    try SekishoError.refusals { try rust.pseudonymOfIdentifier(identifier: identifier.rust) }
  }
}

extension KeyRing: CustomStringConvertible {
  /// The ring without its secrets.
  public var description: String {
    "KeyRing(\(environment.rawValue), \(keys.map(\.kid).joined(separator: ", ")))"
  }
}

/// A key's id and times, without its secret.
public struct KeyTimes: Hashable, Sendable {
  /// The key's id, 8 hexadecimal digits.
  public let kid: String
  /// From this time on it may seal; the latest such key is the one that does.
  public let sealsFrom: Date
  /// From this time on it opens nothing; nil until it is retired.
  public let opensUntil: Date?

  init(_ key: SekishoRust.KeyTimes) {
    kid = key.kid
    sealsFrom = Date(unixSeconds: key.sealsFrom)
    opensUntil = key.opensUntil.map(Date.init(unixSeconds:))
  }
}
