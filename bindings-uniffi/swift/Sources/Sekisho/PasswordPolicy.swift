import Foundation
internal import SekishoRust

/// A secret that is part of hashes, kept apart from them.
public struct Pepper: Sendable {
  /// Names it inside hashes: 1 to 8 ASCII letters, digits, `-` or `_`.
  public let id: String
  /// 32 to 64 random bytes.
  public let key: Data

  public init(id: String, key: Data) {
    self.id = id
    self.key = key
  }

  var rust: SekishoRust.Pepper { .init(id: id, key: key) }
}

extension Pepper: CustomReflectable {
  /// What may be printed.
  public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

/// What came of checking a password.
public struct Verification: Hashable, Sendable {
  /// Whether the password is the one that was hashed.
  public let matches: Bool
  /// Whether the stored hash should be replaced by a new one of this password.
  public let needsRehash: Bool
}

/// How new passwords are hashed, by Argon2id (RFC 9106), and stored hashes checked.
///
/// Both take tens of milliseconds of a thread of their own, for which no actor waits, and the memory of
/// their cost.
public struct PasswordPolicy: Sendable {
  let rust: SekishoRust.PasswordPolicy

  /// A policy; OWASP's minimum where nothing is given.
  ///
  /// - Parameters:
  ///   - memoryKib: memory in KiB, 8 for each lane to 131072; 19456 by default.
  ///   - passes: passes over the memory; 2 by default.
  ///   - lanes: lanes, 1 to 16; 1 by default.
  ///   - pepper: what new hashes are peppered with.
  ///   - olderPeppers: what older hashes were peppered with.
  /// - Throws: ``ErrorCode/policyInvalid`` outside the bounds, ``ErrorCode/keyWeak``,
  ///   ``ErrorCode/keyRepeated``.
  public init(
    memoryKib: Int? = nil,
    passes: Int? = nil,
    lanes: Int? = nil,
    pepper: Pepper? = nil,
    olderPeppers: [Pepper] = []
  ) throws(SekishoError) {
    rust = try SekishoError.refusals {
      try .init(
        memoryKib: memoryKib.map(Int32.init(clamping:)), passes: passes.map(Int32.init(clamping:)),
        lanes: lanes.map(Int32.init(clamping:)), pepper: pepper?.rust,
        olderPeppers: olderPeppers.map(\.rust))
    }
  }

  /// Hashes a new password: a PHC string.
  ///
  /// - Parameter salt: for tests: 16 bytes in place of the platform's randomness.
  /// - Throws: ``ErrorCode/passwordInvalid``, ``ErrorCode/outOfMemory``.
  public func hash(_ password: String, salt: Data? = nil) async throws(SekishoError) -> String {
    try await Computations.run { try rust.hash(password: password, salt: salt) }
  }

  /// Checks a password against a stored hash; without one it takes the same time and never matches.
  ///
  /// - Throws: ``ErrorCode/passwordInvalid``, ``ErrorCode/passwordHashInvalid``,
  ///   ``ErrorCode/passwordHashTooCostly``, ``ErrorCode/pepperUnknown``, ``ErrorCode/outOfMemory``.
  public func verify(
    _ password: String, passwordHash: String?
  ) async throws(SekishoError) -> Verification {
    try await Computations.run {
      let verified = try rust.verify(password: password, passwordHash: passwordHash)
      return Verification(matches: verified.matches, needsRehash: verified.needsRehash)
    }
  }
}
