import Foundation
import Sekisho

// What a vector gives, as the package takes it.

extension JSON {
  /// A text that every case of the section has.
  var text: String { string ?? "?" }

  var date: Date? { int.map { Date(timeIntervalSince1970: TimeInterval($0)) } }

  /// Bytes in hexadecimal.
  var bytes: Data? {
    guard let digits = string.map({ Array($0.utf8) }), digits.count.isMultiple(of: 2) else { return nil }
    let pairs = stride(from: 0, to: digits.count, by: 2).map { digits[$0..<$0 + 2] }
    return Data(pairs.compactMap { UInt8(String(decoding: $0, as: UTF8.self), radix: 16) })
  }

  var asIdentifier: Identifier {
    self["type"].string == "email" ? .email(self.value.text) : .phone(self.value.text)
  }

  var asPolicy: Policy {
    Policy(
      recordLifetime: self.record_lifetime.int,
      code: CodePolicy(
        length: self.code.length.int, alphabet: self.code.alphabet.named() ?? .digits,
        lifetime: self.code.lifetime.int, maxTries: self.code.max_tries.int),
      failures: FailurePolicy(
        limit: self.failures.limit.int, window: self.failures.window.int,
        block: self.failures.block.int, sessionLimit: self.failures.session_limit.int),
      sends: SendPolicy(limit: self.sends.limit.int, window: self.sends.window.int))
  }

  /// Peppers among them.
  func passwords() throws -> PasswordPolicy {
    try PasswordPolicy(
      memoryKib: self.m_kib.int, passes: self.t.int, lanes: self.p.int,
      pepper: self.pepper == .null ? nil : self.pepper.asPepper,
      olderPeppers: (self.older.array ?? []).map(\.asPepper))
  }

  private var asPepper: Pepper { Pepper(id: self.id.text, key: self.key_hex.bytes ?? Data()) }

  var asRequirement: Requirement {
    Requirement(
      methods: self.methods.array?.compactMap { $0.named() }, purpose: self.purpose.named(),
      maxAge: self.max_age.int, sameSession: self.same_session.bool ?? false,
      identifier: self.identifier == .null ? nil : self.identifier.asIdentifier,
      singleUse: self.single_use.bool ?? false)
  }

  func ring() throws -> KeyRing { try KeyRing(self["ring"].text) }

  /// The value that goes by this name in every language.
  func named<Value: RawRepresentable>() -> Value? where Value.RawValue == String {
    string.flatMap(Value.init)
  }
}

extension Date {
  var seconds: JSON { .int(Int(timeIntervalSince1970)) }
}

extension Flow {
  /// The outcome of a flow that is the first to touch each of its counters.
  func finish() throws -> Outcome {
    while let ops {
      resume(ops.map { max(0, $0.delta) })
    }
    return try outcome()
  }
}
