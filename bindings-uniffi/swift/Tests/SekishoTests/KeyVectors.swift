import Foundation
import Sekisho
import Testing

/// The derived keys never leave the library, so what is made with them is made again here.
@Suite struct KeyVectors {
  @Test(arguments: vectors("keyring", "derive")) func derive(_ vector: Vector) throws {
    let expected = vector.expect.ok
    let key = try #require(expected.keys.array?.first)
    let ring = try vector.content.ring()
    #expect(ring.keys.map(\.kid) == [key.kid.text])
    for secret in [expected.digest_secret, key.secret] {
      #expect(vector.ring.text.contains(base64url(try #require(secret.bytes))))
    }
    let pseudonym = mac(expected.pseudonym, Data("subject\0user-1".utf8))
    #expect(try ring.pseudonymOfSubject("user-1") == hexadecimal(pseudonym.prefix(16)))

    let steps = try Verifier(ring).steps
    let sending = try steps.sendCode(to: ana, subject: "user-1", now: someTime)
    let counter = mac(expected.counter, Data("sends\0email\0ana@example.com".utf8))
    #expect(sending.ops?.first?.key == base64url(counter.prefix(16)))

    let sent = try sending.finish()
    let challenge = decoded(sent.challenge)
    let (unsealed, tag) = (challenge.dropLast(32), challenge.dropLast(32).dropFirst(97))
    #expect(challenge.suffix(32) == mac(key.challenge, unsealed))
    #expect(tag == mac(key.code, challenge[17..<33] + Data(sent.code.utf8)).prefix(18))

    let check = try steps.checkCode(
      sent.code, challenge: sent.challenge, to: ana, subject: "user-1", now: someTime)
    let record = decoded(try check.finish().record)
    #expect(record.suffix(32) == mac(key.record, record.dropLast(32)))
    #expect(record[33..<49] == mac(expected.digest, Data("subject\u{1}user-1".utf8)).prefix(16))
  }

  private func mac(_ key: JSON, _ content: Data) -> Data {
    hmacSHA256(key: key.bytes ?? Data(), content)
  }
}

/// The bytes of a record or challenge.
func decoded(_ token: String) -> Data {
  let text = token.dropFirst("sekisho_r1_".count)
    .replacing("-", with: "+").replacing("_", with: "/")
  return Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4)) ?? Data()
}

func hexadecimal(_ bytes: Data) -> String {
  bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}

private func base64url(_ bytes: Data) -> String {
  bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}
