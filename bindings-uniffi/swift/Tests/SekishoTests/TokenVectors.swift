import Foundation
import Sekisho
import Testing

@Suite struct TokenVectors {
  static let cases = files["token"] ?? .null
  static let sealed = cases.seal_record.array ?? []

  @Test(arguments: vectors("token", "time")) func time(_ vector: Vector) throws {
    let now = try #require(vector.unix_seconds.date)
    let generated = outcome {
      _ = try KeyRing.generate(.development, now: now)
      return .null
    }
    #expect(generated == vector.expect)
  }

  @Test(arguments: vectors("token", "context")) func context(_ vector: Vector) {
    let begun = outcome {
      _ = try Verifier(KeyRing(someRing)).steps.unblock(subject: vector.text.text)
      return .null
    }
    #expect(begun == vector.expect)
  }

  /// By the flow that ends with it.
  @Test(arguments: vectors("token", "seal_record")) func sealRecord(_ vector: Vector) async {
    let sealed = await outcome {
      let isByCode = vector.identifier != .null
      return .string(try await isByCode ? Self.byCode(vector.content) : Self.byPassword(vector.content))
    }
    #expect(sealed == vector.expect)
  }

  private static func byPassword(_ vector: JSON) async throws -> String {
    let known = files["flow"]?.check_password.array?.first?.input ?? .null
    let steps = try Verifier(vector.ring(), passwords: known.password_policy.passwords()).steps
    let check = try steps.checkPassword(
      known.password.text, passwordHash: known.stored.string, subject: vector.subject.text,
      session: vector.session.string, operationJSON: vector.operation.string, now: vector.now.date,
      entropy: vector.entropy.bytes)
    return try check.finish().record
  }

  private static func byCode(_ vector: JSON) throws -> String {
    let (steps, to) = (try Verifier(vector.ring()).steps, vector.identifier.asIdentifier)
    let send = try steps.sendCode(
      to: to, purpose: vector.record.purpose.named(), subject: vector.subject.text,
      session: vector.session.string, operationJSON: vector.operation.string, now: vector.now.date,
      entropy: vector.entropy.bytes)
    let sent = try send.finish()
    let check = try steps.checkCode(
      sent.code, challenge: sent.challenge, to: to, subject: vector.subject.text,
      session: vector.session.string, now: vector.now.date)
    return try check.finish().record
  }

  @Test(arguments: vectors("token", "open_record")) func openRecord(_ vector: Vector) throws {
    // What does not open is shown by whoever the first record was sealed for.
    let sealed = try #require(
      vector.expect.ok == .null ? Self.sealed.first : Self.sealedAs(vector.token.text))
    let found = outcome { try Self.opened(vector.token.text, vector.content, sealed) }
    #expect(found == vector.expect)
  }

  @Test(arguments: vectors("token", "seal_challenge")) func sealChallenge(_ vector: Vector) throws {
    let alphabet: CodePolicy.Alphabet = try #require(vector.alphabet.named())
    let lifetime = vector.lifetime.int
    let code = CodePolicy(length: vector.length.int, alphabet: alphabet, lifetime: lifetime)
    let sealed = outcome {
      let policy = Policy(recordLifetime: lifetime, code: code)
      let send = try Verifier(vector.content.ring(), policy: policy).steps.sendCode(
        to: vector.to.asIdentifier, purpose: vector.purpose.named(), subject: vector.subject.text,
        session: vector.session.string, operationJSON: vector.operation.string, now: vector.now.date,
        entropy: vector.entropy.bytes)
      let sent = try send.finish()
      return .object(["challenge": .string(sent.challenge), "code": .string(sent.code)])
    }
    #expect(sealed == vector.expect)
  }

  @Test(arguments: vectors("token", "open_challenge")) func openChallenge(_ vector: Vector) {
    let record = outcome {
      .string(try recordOf(vector.content, challenge: vector.token.text, code: vector.code.text))
    }
    #expect(record == vector.expect)
  }

  @Test(arguments: vectors("token", "issue_resume_handle")) func issueResumeHandle(_ vector: Vector) {
    let issued = outcome {
      let handle = try Verifier(vector.content.ring()).issueResumeHandle(
        requirement: vector.content.asRequirement, subject: vector.subject.text,
        session: vector.session.string, operationJSON: vector.operation.string, now: vector.now.date)
      return .object(["handle": .string(handle.handle), "expires_at": handle.expiresAt.seconds])
    }
    #expect(issued == vector.expect)
  }

  @Test(arguments: vectors("token", "check_resume_handle")) func checkResumeHandle(
    _ vector: Vector
  ) throws {
    let method: Sekisho.Method = try #require(vector.method.named())
    let checked = outcome {
      try Verifier(vector.content.ring()).checkResumeHandle(
        vector.handle.text, method: method, subject: vector.subject.text,
        session: vector.session.string, operationJSON: vector.operation.string, now: vector.now.date)
      return .null
    }
    #expect(checked == vector.expect)
  }

  @Test(arguments: vectors("token", "by_rule")) func byRule(_ vector: Vector) throws {
    let all = (Self.cases.open_record.array ?? []) + (Self.cases.open_challenge.array ?? [])
    let token = try #require(all.first { $0.id == vector.of })
    let changed = changes(of: token.token.text, vector.rule.text)
    #expect(changed.count >= 64)
    _ = try Self.show(token.token.text, of: token)
    for changed in changed {
      #expect(outcome { try Self.show(changed, of: token) } == vector.expect, "\(changed)")
    }
  }

  private static func show(_ token: String, of vector: JSON) throws -> JSON {
    if let code = vector.code.string {
      return .string(try recordOf(vector, challenge: token, code: code))
    }
    return try opened(token, vector, try #require(sealedAs(vector.token.text)))
  }

  private static func sealedAs(_ token: String) -> JSON? {
    sealed.first { $0.expect.ok == .string(token) }
  }

  /// What a record says to the user for whom it was sealed.
  private static func opened(_ token: String, _ vector: JSON, _ sealed: JSON) throws -> JSON {
    let requirement = Requirement(purpose: sealed.record.purpose.named())
    let shown = try Verifier(vector.ring()).steps.present(
      token, requirement: requirement, subject: sealed.subject.text, session: sealed.session.string,
      operationJSON: sealed.operation.string, now: vector.now.date)
    let accepted = try shown.finish()
    return .object([
      "id": .string(accepted.id), "method": .string(accepted.method.rawValue),
      "purpose": .string(accepted.purpose.rawValue), "issued_at": accepted.issuedAt.seconds,
      "expires_at": accepted.expiresAt.seconds,
    ])
  }
}

private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

/// The token changed in every way that the rule says.
private func changes(of token: String, _ rule: String) -> [String] {
  switch rule {
  case "append_every_character": return alphabet.map { "\(token)\($0)" }
  case "truncate_at_every_length": return (0..<token.count).map { String(token.prefix($0)) }
  case "replace_every_character": return replaced(token) { place in (0..<64).filter { $0 != place } }
  case "flip_every_bit": return replaced(token) { place in (0..<6).map { place ^ 1 << $0 } }
  default: return []
  }
}

/// The token with each character after its prefix replaced by others of base64url.
private func replaced(_ token: String, by others: (Int) -> [Int]) -> [String] {
  let characters = Array(token)
  // After the first two of `sekisho_r1_`'s underscores.
  let start = token.split(separator: "_").prefix(2).joined(separator: "_").count + 1
  return (start..<characters.count).flatMap { at in
    others(alphabet.firstIndex(of: characters[at]) ?? 0).map { other in
      var changed = characters
      changed[at] = alphabet[other]
      return String(changed)
    }
  }
}
