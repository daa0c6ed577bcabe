package sekisho

import java.util.Base64
import kotlinx.serialization.json.JsonObject
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertTrue

private val FIRST = cases("token", "open_record").first()
private val RING = KeyRing(FIRST.text("ring"))
private val NOW = FIRST.long("now")
private val ANA = Identifier.email("ana@example.com")

/** The vectors of tokens and of the keys that they are made with. */
class TokenVectorsTest {
    /** The derived keys never leave the library, so what is made with them is made again here. */
    @Vectors("keyring", "derive")
    fun keyringDerive(vector: Vector) {
        val expected = vector.at("expect").at("ok")
        val key = expected.list("keys").single()
        val ring = KeyRing(vector.text("ring"))
        assertEquals(listOf(key.text("kid")), ring.keys.map(KeyTimes::kid))
        for (secret in listOf(expected.bytes("digest_secret"), key.bytes("secret"))) {
            assertTrue(base64url(secret) in vector.text("ring"))
        }
        val pseudonym = mac(expected.bytes("pseudonym"), "subject\u0000user-1".toByteArray())
        assertEquals(pseudonym.copyOf(16).toHexString(), ring.pseudonymOfSubject("user-1"))

        val steps = Verifier(ring).steps
        val sending = steps.sendCode(CodeSend("user-1", ANA), NOW)
        val counter = mac(expected.bytes("counter"), "sends\u0000email\u0000ana@example.com".toByteArray())
        assertEquals(base64url(counter.copyOf(16)), sending.ops?.first()?.key)

        val sent = finish(sending)
        val challenge = decoded(sent.challenge).assertSealed(key.bytes("challenge"))
        val tagged = challenge.sliceArray(17 until 33) + sent.code.toByteArray()
        assertArrayEquals(mac(key.bytes("code"), tagged).copyOf(18), challenge.drop(97).toByteArray())

        val verified = finish(steps.checkCode(CodeCheck("user-1", ANA, sent.challenge, sent.code), NOW))
        val record = decoded(verified.record).assertSealed(key.bytes("record"))
        val subject = mac(expected.bytes("digest"), "subject\u0001user-1".toByteArray())
        assertArrayEquals(subject.copyOf(16), record.sliceArray(33 until 49))
    }

    /** By the flow that ends with it. */
    @Vectors("token", "seal_record")
    fun tokenSealRecord(vector: Vector) =
        vector.expect { if (vector.isNull("identifier")) byPassword(vector) else byCode(vector) }

    @Vectors("token", "time")
    fun tokenTime(vector: Vector) =
        vector.expect {
            KeyRing.generate(Environment.DEVELOPMENT, vector.long("unix_seconds"))
            null
        }

    @Vectors("token", "context")
    fun tokenContext(vector: Vector) =
        vector.expect {
            Verifier(RING).steps.unblock(vector.text("text"))
            null
        }

    @Vectors("token", "open_record")
    fun tokenOpenRecord(vector: Vector) {
        // What does not open is shown by whoever the first record was sealed for.
        val sealed = SEALED[vector.text("token")] ?: cases("token", "seal_record").first()
        vector.expect { opened(vector.text("token"), vector, sealed) }
    }

    @Vectors("token", "seal_challenge")
    fun tokenSealChallenge(vector: Vector) =
        vector.expect {
            val code = CodePolicy(vector.int("length"), alphabet(vector), vector.long("lifetime"))
            val verifier = Verifier(vector.text("ring"), Policy(vector.long("lifetime"), code))
            val sent = finish(verifier.steps.sendCode(codeSend(vector), vector.long("now"), vector.bytes("entropy")))
            jsonOf("challenge" to sent.challenge, "code" to sent.code)
        }

    @Vectors("token", "open_challenge")
    fun tokenOpenChallenge(vector: Vector) =
        vector.expect { recordOf(vector, vector.text("token"), vector.text("code")) }

    @Vectors("token", "issue_resume_handle")
    fun tokenIssueResumeHandle(vector: Vector) =
        vector.expect {
            val (subject, session) = Pair(vector.text("subject"), vector.textOrNull("session"))
            val (asked, now) = Pair(Requirement(methods(vector)), vector.long("now"))
            val issued =
                Verifier(vector.text("ring")).issueResumeHandle(subject, asked, session, operation(vector), now)
            jsonOf("handle" to issued.handle, "expires_at" to issued.expiresAt)
        }

    @Vectors("token", "check_resume_handle")
    fun tokenCheckResumeHandle(vector: Vector) =
        vector.expect {
            Verifier(vector.text("ring")).checkResumeHandle(
                vector.text("handle"),
                method(vector.text("method")),
                vector.text("subject"),
                vector.textOrNull("session"),
                operation(vector),
                vector.long("now"),
            )
        }

    @Vectors("token", "by_rule")
    fun tokenByRule(vector: Vector) {
        val all = cases("token", "open_record") + cases("token", "open_challenge")
        val case = all.single { it.text("id") == vector.text("of") }
        val show = { token: String ->
            if (case.has("code")) {
                recordOf(case, token, case.text("code"))
            } else {
                opened(token, case, SEALED.getValue(case.text("token")))
            }
        }
        val tokens = changed(case.text("token"), vector.text("rule"))
        assertTrue(tokens.size >= 64)
        assertNotNull(show(case.text("token")))
        assertEquals(setOf(vector.at("expect").json), tokens.map { outcome { show(it) } }.toSet())
    }
}

private fun byPassword(vector: Vector): String {
    val known = cases("flow", "check_password").first().at("input")
    val steps = Verifier(vector.text("ring"), passwords = passwords(known.at("password_policy"))).steps
    val (password, stored) = Pair(known.text("password"), known.text("stored"))
    val (subject, session) = Pair(vector.text("subject"), vector.textOrNull("session"))
    val check = PasswordCheck(subject, password, stored, session, operation(vector))
    return finish(steps.checkPassword(check, vector.long("now"), vector.bytes("entropy"))).record
}

private fun byCode(vector: Vector): String {
    val (steps, to) = Pair(Verifier(vector.text("ring")).steps, identifier(vector.at("identifier")))
    val (subject, session) = Pair(vector.text("subject"), vector.textOrNull("session"))
    val send = CodeSend(subject, to, purpose(vector.at("record")), session, operation(vector))
    val sent = finish(steps.sendCode(send, vector.long("now"), vector.bytes("entropy")))
    val check = CodeCheck(subject, to, sent.challenge, sent.code, session)
    return finish(steps.checkCode(check, vector.long("now"))).record
}

/** What comes before the MAC, which is one by this key. */
private fun ByteArray.assertSealed(key: ByteArray): ByteArray {
    val content = copyOf(size - 32)
    assertArrayEquals(mac(key, content), sliceArray(content.size until size))
    return content
}

private fun base64url(bytes: ByteArray): String = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)

private val SEALED =
    cases("token", "seal_record").filter { "ok" in it.at("expect").json }.associateBy { it.at("expect").text("ok") }

/** What a record says to the user for whom it was sealed. */
private fun opened(token: String, vector: Vector, sealed: Vector): JsonObject {
    val asked = Requirement(purpose = purpose(sealed.at("record")))
    val steps = Verifier(vector.text("ring")).steps
    val accepted = finish(steps.present(presentation(sealed, token, asked), vector.long("now")))
    return jsonOf(
        "id" to accepted.id,
        "method" to accepted.method.text,
        "purpose" to accepted.purpose.text,
        "issued_at" to accepted.issuedAt,
        "expires_at" to accepted.expiresAt,
    )
}

private const val ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/** The token changed in every way that the rule says. */
private fun changed(token: String, rule: String): List<String> =
    when (rule) {
        "append_every_character" -> ALPHABET.map { token + it }
        "truncate_at_every_length" -> token.indices.map { token.take(it) }
        else ->
            (token.indexOf("1_") + 2 until token.length).flatMap { at ->
                val place = ALPHABET.indexOf(token[at])
                val isAny = rule == "replace_every_character"
                val others = if (isAny) ALPHABET.indices - place else (0 until 6).map { place xor (1 shl it) }
                others.map { token.replaceRange(at, at + 1, ALPHABET[it].toString()) }
            }
    }
