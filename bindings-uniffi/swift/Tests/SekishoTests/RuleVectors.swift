import Foundation
import Sekisho
import Testing

let someRing = files["token"]?.open_record.array?.first?["ring"].string ?? "?"
let someTime = files["token"]?.open_record.array?.first?.now.date ?? .distantPast
let ana = Identifier.email("ana@example.com")

@Suite struct KeyRingVectors {
  @Test(arguments: vectors("keyring", "parse")) func parse(_ vector: Vector) {
    let read = outcome {
      let ring = try KeyRing(vector.text.text)
      let keys = ring.keys.map { key in
        JSON.object([
          "kid": .string(key.kid), "seals_from": key.sealsFrom.seconds,
          "opens_until": key.opensUntil?.seconds ?? .null,
        ])
      }
      return .object(["environment": .string(ring.environment.rawValue), "keys": .array(keys)])
    }
    #expect(read == vector.expect)
  }

  @Test(arguments: vectors("keyring", "generate")) func generate(_ vector: Vector) throws {
    let environment: KeyRing.Environment = try #require(vector.environment.named())
    let generated = outcome {
      .string(
        try .init(
          KeyRing.generate(environment, now: vector.now.date, entropy: vector.entropy.bytes).toText()))
    }
    #expect(generated == vector.expect)
  }

  @Test(arguments: vectors("keyring", "rotate")) func rotate(_ vector: Vector) throws {
    let sealsFrom = try #require(vector.seals_from.date)
    let rotated = outcome {
      .string(
        try vector.content.ring().rotate(
          sealsFrom: sealsFrom, now: vector.now.date, entropy: vector.entropy.bytes
        ).toText())
    }
    #expect(rotated == vector.expect)
  }

  @Test(arguments: vectors("keyring", "retire")) func retire(_ vector: Vector) throws {
    let at = try #require(vector.at.date)
    let retired = outcome { .string(try vector.content.ring().retire(vector.key.text, at: at).toText()) }
    #expect(retired == vector.expect)
  }

  @Test(arguments: vectors("keyring", "seals_with")) func sealsWith(_ vector: Vector) {
    let kid = outcome { .string(try vector.content.ring().sealsWith(now: vector.now.date)) }
    #expect(kid == vector.expect)
  }

  @Test(arguments: vectors("keyring", "pseudonym")) func pseudonym(_ vector: Vector) {
    let named = outcome {
      let ring = try vector.content.ring()
      switch vector.type.text {
      case "subject": return .string(try ring.pseudonymOfSubject(vector.value.text))
      case "session": return .string(try ring.pseudonymOfSession(vector.value.text))
      default: return .string(try ring.pseudonymOfIdentifier(vector.content.asIdentifier))
      }
    }
    #expect(named == vector.expect)
  }
}

@Suite struct IdentifierVectors {
  @Test(arguments: vectors("identifier", "parse")) func parse(_ vector: Vector) {
    let identifier = vector.content.asIdentifier
    let parsed = outcome {
      #expect(try Purpose.ofCode(to: identifier, own: []) == .bindNewIdentifier)
      return .object([
        "canonical": .string(try identifier.canonical()),
        "method": .string("\(vector.type.text)_code"),
      ])
    }
    #expect(parsed == vector.expect)
  }

  /// It is in the record of a code that went there.
  @Test(arguments: vectors("identifier", "digest")) func digest(_ vector: Vector) {
    let digest = outcome {
      let (steps, to) = (try Verifier(vector.content.ring()).steps, vector.content.asIdentifier)
      let sent = try steps.sendCode(to: to, subject: "user-1", now: someTime).finish()
      let check = try steps.checkCode(
        sent.code, challenge: sent.challenge, to: to, subject: "user-1", now: someTime)
      return .string(hexadecimal(decoded(try check.finish().record)[49..<65]))
    }
    #expect(digest == vector.expect)
  }
}

@Suite struct OperationVectors {
  /// Its keyed digest is in the record of a code that was sent for it.
  @Test(arguments: vectors("operation", "digest")) func digest(_ vector: Vector) throws {
    let found = outcome { .string(hexadecimal(decoded(try recordOf(vector.json.text))[81..<97])) }
    guard vector.expect.ok != .null else {
      #expect(found == vector.expect)
      return
    }
    let (key, hash) = (try #require(derived.expect.ok.digest.bytes), vector.expect.ok.sha256.bytes)
    let digest = hmacSHA256(key: key, Data("operation\u{1}".utf8) + (try #require(hash))).prefix(16)
    #expect(found == .object(["ok": .string(hexadecimal(digest))]))
    #expect(try areSame(vector.json.text, vector.expect.ok.canonical.text) == .bool(true))
  }

  @Test(arguments: vectors("operation", "long")) func long(_ vector: Vector) throws {
    let times = try #require(vector.times.int)
    let middle = String(repeating: vector.repeat.text, count: times)
    let text = vector.before.text + middle + vector.after.text
    #expect(outcome { try areSame(text, text) } == expected(vector))
  }

  @Test(arguments: vectors("operation", "same")) func same(_ vector: Vector) {
    #expect(outcome { try areSame(vector.json.text, vector.other.text) } == vector.expect)
  }

  private func expected(_ vector: Vector) -> JSON {
    vector.expect.ok == .null ? vector.expect : .object(["ok": .bool(true)])
  }

  /// Whether a record made for one operation is accepted for the other.
  private func areSame(_ one: String, _ other: String) throws -> JSON {
    let record = try recordOf(one)
    do {
      let shown = try Verifier(ring).steps.present(
        record, subject: "u", operationJSON: other, now: someTime)
      _ = try shown.finish()
      return .bool(true)
    } catch let error as SekishoError where error.code == .recordOperationMismatch {
      return .bool(false)
    }
  }

  /// A record made for an operation.
  private func recordOf(_ operation: String) throws -> String {
    let steps = try Verifier(ring).steps
    let sent = try steps.sendCode(to: ana, subject: "u", operationJSON: operation, now: someTime).finish()
    let check = try steps.checkCode(
      sent.code, challenge: sent.challenge, to: ana, subject: "u", now: someTime)
    return try check.finish().record
  }

  private var ring: KeyRing { get throws { try derived.ring() } }
  private var derived: JSON { files["keyring"]?.derive.array?.first ?? .null }
}

@Suite struct MessageVectors {
  @Test(arguments: vectors("message", "render")) func render(_ vector: Vector) {
    let rendered = outcome {
      .string(try renderMessage(vector.template.text, operationJSON: vector.operation.text))
    }
    #expect(rendered == vector.expect)
  }

  @Test(arguments: vectors("message", "field")) func field(_ vector: Vector) {
    let operation = ["payee": vector.value.text]
    #expect(outcome { .string(try renderMessage("To {payee}.", operation: operation)) } == vector.expect)
  }
}

@Suite struct RequirementVectors {
  @Test(arguments: vectors("requirement", "to_challenge")) func toChallenge(_ vector: Vector) {
    let written = outcome { .string(try vector.content.asRequirement.toChallenge()) }
    #expect(written == vector.expect)
  }

  @Test(arguments: vectors("requirement", "from_challenge")) func fromChallenge(_ vector: Vector) {
    let read = outcome {
      let asked = try Requirement.fromChallenge(vector.text.text)
      let methods = asked.methods.map { JSON.string($0.rawValue) }
      return .object(["methods": .array(methods), "max_age": JSON(asked.maxAge)])
    }
    #expect(read == vector.expect)
  }

  @Test(arguments: vectors("requirement", "check")) func check(_ vector: Vector) {
    let checked = outcome {
      var requirement = vector.requirement.asRequirement
      requirement.singleUse = false
      let shown = try Verifier(vector.content.ring()).steps.present(
        vector.token.text, requirement: requirement, subject: vector.subject.text,
        session: vector.session.string, operationJSON: vector.operation.string, now: vector.now.date)
      _ = try shown.finish()
      return .null
    }
    #expect(checked == vector.expect)
  }
}

@Suite struct PasswordVectors {
  @Test(arguments: vectors("password", "check")) func check(_ vector: Vector) async {
    let policy = vector.policy == .null ? files["password"]?.policy ?? .null : vector.policy
    let verified = await outcome {
      let (password, stored) = (vector.password.text, vector.stored.string)
      let found = try await policy.passwords().verify(password, passwordHash: stored)
      return .object(["matches": .bool(found.matches), "needs_rehash": .bool(found.needsRehash)])
    }
    let members = ["matches": vector.matches, "needs_rehash": vector.needs_rehash]
    #expect(verified == expected(vector, .object(members)))
  }

  @Test(arguments: vectors("password", "hash")) func hash(_ vector: Vector) async {
    let hashed = await outcome {
      .string(try await vector.policy.passwords().hash(vector.password.text, salt: vector.salt_hex.bytes))
    }
    #expect(hashed == expected(vector, vector.phc))
  }

  @Test(arguments: vectors("password", "accept")) func accept(_ vector: Vector) throws {
    let leaked = texts(vector.leaked)
    let judged = try PasswordAcceptance(leaked: leaked.joined(separator: "\n")).judge(
      vector.password.text, ownData: texts(vector.own_data), words: texts(vector.words))
    // How guessable a password is, beyond lists, is not estimated here.
    let expected = texts(vector.rejections).filter { $0 != "password_rejected.pwned" || !leaked.isEmpty }
    #expect(judged.map(\.rawValue) == expected)
  }

  private func expected(_ vector: Vector, _ answer: JSON) -> JSON {
    vector.error == .null ? .object(["ok": answer]) : .object(["error": vector.error])
  }

  private func texts(_ list: JSON) -> [String] { (list.array ?? []).map(\.text) }
}

@Suite struct CodeVectors {
  @Test(arguments: vectors("code", "entropy")) func entropy(_ vector: Vector) {
    let generated = outcome {
      _ = try KeyRing.generate(.development, now: someTime, entropy: vector.entropy.bytes)
      return .null
    }
    #expect(generated == vector.expect)
  }

  @Test(arguments: vectors("code", "draw")) func draw(_ vector: Vector) throws {
    let alphabet: CodePolicy.Alphabet = try #require(vector.alphabet.named())
    let policy = Policy(code: CodePolicy(length: vector.length.int, alphabet: alphabet))
    let drawn = outcome {
      let steps = try Verifier(vector.content.ring(), policy: policy).steps
      let send = try steps.sendCode(
        to: ana, subject: "u", now: vector.now.date, entropy: vector.entropy.bytes)
      return .string(try send.finish().code)
    }
    #expect(drawn == vector.expect)
  }

  @Test(arguments: vectors("code", "typed")) func typed(_ vector: Vector) {
    let record = outcome {
      .string(try recordOf(vector.content, challenge: vector.challenge.text, code: vector.typed.text))
    }
    #expect(record == vector.expect)
  }
}

/// The record that a code of a challenge comes to.
func recordOf(_ vector: JSON, challenge: String, code: String) throws -> String {
  let steps = try Verifier(vector.ring()).steps
  let check = try steps.checkCode(
    code, challenge: challenge, to: vector.to.asIdentifier, subject: vector.subject.text,
    now: vector.now.date)
  return try check.finish().record
}
