package sekisho

import kotlinx.serialization.json.JsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

private val FIRST = cases("token", "open_record").first()
private val RING = KeyRing(FIRST.text("ring"))
private val NOW = FIRST.long("now")
private val ANA = Identifier.email("ana@example.com")

/**
 * What only core's own tests can reach: derived keys and digests by themselves, and sealing a record of
 * given fields. The tokens of the flows hold them. Pseudonyms are the server's; codes have a test of
 * their own.
 */
private val WITHIN =
    setOf("keyring.derive", "keyring.pseudonym", "identifier.digest", "token.seal_record", "errors.errors")

/** Every vector but those of the flows, through the package's public API. */
class VectorsTest {
    @Test
    fun `no section of the vectors is left out`() {
        val reached = reached(VectorsTest::class.java) + reached(FlowVectorsTest::class.java)
        assertEquals(sections(), reached + WITHIN)
    }

    @Vectors("keyring", "parse")
    fun keyringParse(vector: Vector) =
        vector.expect {
            val ring = KeyRing(vector.text("text"))
            val keys =
                ring.keys.map {
                    jsonOf("kid" to it.kid, "opens_until" to it.opensUntil, "seals_from" to it.sealsFrom)
                }
            jsonOf("environment" to ring.environment.name.lowercase(), "keys" to keys)
        }

    @Vectors("keyring", "generate")
    fun keyringGenerate(vector: Vector) =
        vector.expect {
            val environment = Environment.valueOf(vector.text("environment").uppercase())
            KeyRing.generate(environment, vector.long("now"), vector.bytes("entropy")).toText()
        }

    @Vectors("keyring", "rotate")
    fun keyringRotate(vector: Vector) =
        vector.expect {
            val ring = KeyRing(vector.text("ring"))
            ring.rotate(vector.long("seals_from"), vector.long("now"), vector.bytes("entropy")).toText()
        }

    @Vectors("keyring", "retire")
    fun keyringRetire(vector: Vector) =
        vector.expect { KeyRing(vector.text("ring")).retire(vector.text("key"), vector.long("at")).toText() }

    @Vectors("keyring", "seals_with")
    fun keyringSealsWith(vector: Vector) =
        vector.expect { KeyRing(vector.text("ring")).sealsWith(vector.long("now")) }

    @Vectors("identifier", "parse")
    fun identifierParse(vector: Vector) =
        vector.expect {
            val identifier = identifier(vector)
            assertEquals(Purpose.BIND_NEW_IDENTIFIER, purposeOfCode(identifier, emptyList()))
            jsonOf("canonical" to canonical(identifier), "method" to "${vector.text("type")}_code")
        }

    @Vectors("operation", "digest")
    fun operationDigest(vector: Vector) {
        val expected = vector.at("expect")
        val canonical = (expected.json["ok"] as? JsonObject)?.let { Vector(it).text("canonical") }
        vector.expectsTrueIfAny { areSame(vector.text("json"), canonical ?: vector.text("json")) }
    }

    @Vectors("operation", "long")
    fun operationLong(vector: Vector) {
        val text = vector.text("before") + vector.text("repeat").repeat(vector.int("times")) + vector.text("after")
        vector.expectsTrueIfAny { areSame(text, text) }
    }

    @Vectors("operation", "same")
    fun operationSame(vector: Vector) = vector.expect { areSame(vector.text("json"), vector.text("other")) }

    @Vectors("message", "render")
    fun messageRender(vector: Vector) =
        vector.expect { renderMessage(vector.text("template"), Operation(vector.text("operation"))) }

    @Vectors("message", "field")
    fun messageField(vector: Vector) =
        vector.expect { renderMessage("To {payee}.", Operation(jsonOf("payee" to vector.text("value")))) }

    @Vectors("requirement", "to_challenge")
    fun requirementToChallenge(vector: Vector) =
        vector.expect { toChallenge(Requirement(methods(vector), maxAge = vector.longOrNull("max_age"))) }

    @Vectors("requirement", "from_challenge")
    fun requirementFromChallenge(vector: Vector) =
        vector.expect {
            val asked = fromChallenge(vector.text("text"))
            jsonOf("max_age" to asked.maxAge, "methods" to asked.methods.map(Method::text))
        }

    @Vectors("requirement", "check")
    fun requirementCheck(vector: Vector) =
        vector.expect {
            val asked = requirement(vector.at("requirement")).copy(singleUse = false)
            val shown = presentation(vector, vector.text("token"), asked)
            finish(Verifier(vector.text("ring")).steps.present(shown, vector.long("now")))
            null
        }

    @Vectors("password", "check")
    fun passwordCheck(vector: Vector) {
        val policy = if (vector.has("policy")) vector.at("policy") else Vector(FILES.getValue("password")).at("policy")
        val verified =
            outcome {
                val verified = passwords(policy).verify(vector.text("password"), vector.text("stored"))
                jsonOf("matches" to verified.matches, "needs_rehash" to verified.needsRehash)
            }
        val named = vector.json.filterKeys { it == "matches" || it == "needs_rehash" }
        val expected = vector.textOrNull("error")?.let { jsonOf("error" to it) } ?: jsonOf("ok" to JsonObject(named))
        assertEquals(expected, verified)
    }

    @Vectors("password", "hash")
    fun passwordHash(vector: Vector) {
        val hashed = outcome { passwords(vector.at("policy")).hash(vector.text("password"), vector.bytes("salt_hex")) }
        val expected = vector.textOrNull("error")?.let { jsonOf("error" to it) } ?: jsonOf("ok" to vector.text("phc"))
        assertEquals(expected, hashed)
    }

    @Vectors("password", "accept")
    fun passwordAccept(vector: Vector) {
        val leaked = vector.texts("leaked")
        val acceptance = PasswordAcceptance(leaked.joinToString("\n"))
        val judged = acceptance.judge(vector.text("password"), vector.texts("own_data"), vector.texts("words"))
        // How guessable a password is, beyond lists, is not estimated here.
        val expected = vector.texts("rejections").filter { leaked.isNotEmpty() || it != "password_rejected.pwned" }
        assertEquals(expected, judged.map(PasswordRejection::text))
    }

    @Vectors("code", "entropy")
    fun codeEntropy(vector: Vector) =
        vector.expect {
            KeyRing.generate(Environment.DEVELOPMENT, NOW, vector.bytes("entropy"))
            null
        }

    @Vectors("code", "draw")
    fun codeDraw(vector: Vector) =
        vector.expect {
            val code = CodePolicy(vector.int("length"), alphabet(vector))
            val steps = Verifier(vector.text("ring"), Policy(code = code)).steps
            finish(steps.sendCode(CodeSend("u", ANA), vector.long("now"), vector.bytes("entropy"))).code
        }

    @Vectors("code", "typed")
    fun codeTyped(vector: Vector) =
        vector.expect { recordOf(vector, vector.text("challenge"), vector.text("typed")) }

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

private val SEALED =
    cases("token", "seal_record").filter { "ok" in it.at("expect").json }.associateBy { it.at("expect").text("ok") }

private fun Vector.expect(of: () -> Any?) = assertEquals(at("expect").json, outcome(of))

private fun Vector.expectsTrueIfAny(of: () -> Boolean) {
    val expected = at("expect").json
    assertEquals(if ("ok" in expected) jsonOf("ok" to true) else expected, outcome(of))
}

/** Whether a record made for one operation is accepted for the other. */
private fun areSame(json: String, other: String): Boolean {
    val steps = Verifier(RING).steps
    val sent = finish(steps.sendCode(CodeSend("u", ANA, operation = Operation(json)), NOW))
    val record = finish(steps.checkCode(CodeCheck("u", ANA, sent.challenge, sent.code), NOW)).record
    try {
        finish(steps.present(Presentation("u", record, operation = Operation(other)), NOW))
    } catch (error: SekishoException) {
        if (error.code != ErrorCode.RECORD_OPERATION_MISMATCH) throw error
        return false
    }
    return true
}

private fun recordOf(vector: Vector, challenge: String, code: String): String {
    val check = CodeCheck(vector.text("subject"), identifier(vector.at("to")), challenge, code)
    return finish(Verifier(vector.text("ring")).steps.checkCode(check, vector.long("now"))).record
}

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
