import Foundation
internal import SekishoRust

/// Whether attempts and uses were counted.
public enum Limits: String, Sendable {
  /// They were.
  case counted
  /// There is no counter store: nobody limits the attempts, a code works until it expires, and a record
  /// can be used again and again until then.
  case notCounted = "not_counted"

  init(_ limits: SekishoRust.Limits) {
    self = limits == .counted ? .counted : .notCounted
  }
}

/// The user has proved who they are by their password.
public struct PasswordVerified: Hashable, Sendable {
  /// The verification record's token. Whoever holds it and is signed in as the user may use it.
  public let record: String
  public let expiresAt: Date
  /// The stored hash is of an older form: replace it by a new one of the same password.
  public let needsRehash: Bool
  /// Whether attempts were counted.
  public let limits: Limits

  init(_ verified: SekishoRust.PasswordVerified) {
    record = verified.record
    expiresAt = Date(unixSeconds: verified.expiresAt)
    needsRehash = verified.needsRehash
    limits = Limits(verified.limits)
  }
}

/// The user has proved who they are by a code.
public struct Verified: Hashable, Sendable {
  /// The verification record's token. Whoever holds it and is signed in as the user may use it.
  public let record: String
  public let expiresAt: Date
  /// Whether attempts and uses were counted.
  public let limits: Limits

  init(_ verified: SekishoRust.Verified) {
    record = verified.record
    expiresAt = Date(unixSeconds: verified.expiresAt)
    limits = Limits(verified.limits)
  }
}

/// The record meets the requirement.
public struct Accepted: Hashable, Sendable {
  /// The record's id, 32 hexadecimal digits.
  public let id: String
  /// How the user proved who they are.
  public let method: Method
  /// What the record is good for.
  public let purpose: Purpose
  public let issuedAt: Date
  public let expiresAt: Date
  /// The same use as before, by its idempotency key: answer what was answered then.
  public let repeated: Bool
  /// Whether uses were counted.
  public let limits: Limits

  init(_ accepted: SekishoRust.Accepted) {
    id = accepted.id
    method = Method(accepted.method)
    purpose = Purpose(accepted.purpose)
    issuedAt = Date(unixSeconds: accepted.issuedAt)
    expiresAt = Date(unixSeconds: accepted.expiresAt)
    repeated = accepted.repeated
    limits = Limits(accepted.limits)
  }
}

/// Says to whoever holds it which operation was refused, and allows nothing.
public struct ResumeHandle: Hashable, Sendable {
  /// The text, for the client; it comes back with the request for a verification.
  public let handle: String
  public let expiresAt: Date

  init(_ issued: SekishoRust.ResumeHandle) {
    handle = issued.handle
    expiresAt = Date(unixSeconds: issued.expiresAt)
  }
}

extension PasswordVerified: CustomReflectable {
  /// What may be printed.
  public var customMirror: Mirror {
    Mirror(self, children: ["expiresAt": expiresAt, "needsRehash": needsRehash, "limits": limits])
  }
}

extension Verified: CustomReflectable {
  /// What may be printed.
  public var customMirror: Mirror {
    Mirror(self, children: ["expiresAt": expiresAt, "limits": limits])
  }
}

extension ResumeHandle: CustomReflectable {
  /// What may be printed.
  public var customMirror: Mirror { Mirror(self, children: ["expiresAt": expiresAt]) }
}
