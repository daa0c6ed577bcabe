import Foundation
internal import SekishoRust

/// A code to hand to the mail or SMS provider now.
public struct CodeSent: Sendable {
  /// The challenge's token, for the client; it comes back with the code.
  public let challenge: String
  public let expiresAt: Date
  /// The code, for the message and for nothing else.
  public let code: String
  /// For the link "this was not me" in the message: ``Verifier/revokeByLink(_:counters:now:)`` takes it, and
  /// it is good for nothing else. Put it into the fragment of a page's address, and revoke when the user says
  /// so: mail scanners open every link.
  public let revocation: String
  /// What the record will be good for; it names the message's template.
  public let purpose: Purpose
  /// Whether sends were counted.
  public let limits: Limits

  private let drawn: CodeDrawn
  private let counters: any CounterStore

  init(_ drawn: CodeDrawn, _ counters: any CounterStore) {
    (challenge, expiresAt, code) = (drawn.challenge, drawn.expiresAt, drawn.code)
    (revocation, purpose, limits) = (drawn.revocation, drawn.purpose, drawn.limits)
    self.drawn = drawn
    self.counters = counters
  }

  /// Gives the send back to the recipient's budget, once, where the provider did not take the message.
  ///
  /// - Throws: ``ErrorCode/counterStoreFailed``.
  public func cancel() async throws(SekishoError) {
    try await drawn.cancel().drive(over: counters)
  }
}

/// The same in the step form.
public struct CodeDrawn: Sendable {
  /// The challenge's token, for the client; it comes back with the code.
  public let challenge: String
  public let expiresAt: Date
  /// The code, for the message and for nothing else.
  public let code: String
  /// For the link "this was not me" in the message: ``Verifier/revokeByLink(_:counters:now:)`` takes it, and
  /// it is good for nothing else. Put it into the fragment of a page's address, and revoke when the user says
  /// so: mail scanners open every link.
  public let revocation: String
  /// What the record will be good for; it names the message's template.
  public let purpose: Purpose
  /// Whether sends were counted.
  public let limits: Limits

  private let cancellation: SendCancellation

  init(_ sent: SekishoRust.CodeSent) {
    (challenge, expiresAt, code) = (sent.challenge, Date(unixSeconds: sent.expiresAt), sent.code)
    (revocation, purpose) = (sent.revocation, Purpose(sent.purpose))
    limits = Limits(sent.limits)
    cancellation = sent.cancellation
  }

  /// Gives the send back, once.
  public func cancel() -> Flow<Void> { Flow(cancellation.cancel()) { $0 } }
}

/// A code that nobody counts.
public struct CodeUncounted: Sendable {
  /// The challenge's token, for the client; it comes back with the code.
  public let challenge: String
  public let expiresAt: Date
  /// The code, for the message and for nothing else.
  public let code: String
  /// For the link "this was not me" in the message: ``Verifier/revokeByLink(_:counters:now:)`` takes it, and
  /// it is good for nothing else. Put it into the fragment of a page's address, and revoke when the user says
  /// so: mail scanners open every link.
  public let revocation: String
  /// What the record will be good for; it names the message's template.
  public let purpose: Purpose
  /// That sends were not counted.
  public let limits: Limits

  init(_ sent: SekishoRust.CodeSent) {
    (challenge, expiresAt, code) = (sent.challenge, Date(unixSeconds: sent.expiresAt), sent.code)
    (revocation, purpose) = (sent.revocation, Purpose(sent.purpose))
    limits = Limits(sent.limits)
  }
}

extension CodeSent: CustomReflectable {
  /// What may be printed.
  public var customMirror: Mirror { mirror(self, expiresAt, limits) }
}

extension CodeDrawn: CustomReflectable {
  /// What may be printed.
  public var customMirror: Mirror { mirror(self, expiresAt, limits) }
}

extension CodeUncounted: CustomReflectable {
  /// What may be printed.
  public var customMirror: Mirror { mirror(self, expiresAt, limits) }
}

private func mirror(_ of: some Any, _ expiresAt: Date, _ limits: Limits) -> Mirror {
  Mirror(of, children: ["expiresAt": expiresAt, "limits": limits])
}
