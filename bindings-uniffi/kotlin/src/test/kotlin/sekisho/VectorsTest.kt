package sekisho

import kotlinx.serialization.json.JsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue

private val FIRST = cases("token", "open_record").first()
private val DERIVED = cases("keyring", "derive").first()
private val RING = KeyRing(DERIVED.text("ring"))
private val DIGEST_KEY = DERIVED.at("expect").at("ok").bytes("digest")
private val NOW = FIRST.long("now")
private val ANA = Identifier.email("ana@example.com")

/** Every vector but those of tokens and flows, through the package's public API. */
class VectorsTest {
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

    @Vectors("keyring", "pseudonym")
    fun keyringPseudonym(vector: Vector) =
        vector.expect {
            val (ring, value) = Pair(KeyRing(vector.text("ring")), vector.text("value"))
            when (vector.text("type")) {
                "subject" -> ring.pseudonymOfSubject(value)
                "session" -> ring.pseudonymOfSession(value)
                else -> ring.pseudonymOfIdentifier(identifier(vector))
            }
        }

    @Vectors("identifier", "parse")
    fun identifierParse(vector: Vector) =
        vector.expect {
            val identifier = identifier(vector)
            assertEquals(Purpose.BIND_NEW_IDENTIFIER, purposeOfCode(identifier, emptyList()))
            jsonOf("canonical" to canonical(identifier), "method" to "${vector.text("type")}_code")
        }

    /** It is in the record of a code that went there. */
    @Vectors("identifier", "digest")
    fun identifierDigest(vector: Vector) =
        vector.expect {
            val (steps, to) = Pair(Verifier(vector.text("ring")).steps, identifier(vector))
            val sent = finish(steps.sendCode(CodeSend("user-1", to), NOW))
            val record = finish(steps.checkCode(CodeCheck("user-1", to, sent.challenge, sent.code), NOW)).record
            decoded(record).sliceArray(49 until 65).toHexString()
        }

    /** Its keyed digest is in the record of a code that was sent for it. */
    @Vectors("operation", "digest")
    fun operationDigest(vector: Vector) {
        val expected = vector.at("expect")
        val found = outcome { decoded(recordOf(vector.text("json"))).sliceArray(81 until 97).toHexString() }
        if (!expected.has("ok")) return assertEquals(expected.json, found)
        val (canonical, hash) = expected.at("ok").run { text("canonical") to bytes("sha256") }
        val digest = mac(DIGEST_KEY, "operation\u0001".toByteArray() + hash).copyOf(16)
        assertEquals(jsonOf("ok" to digest.toHexString()), found)
        assertTrue(areSame(vector.text("json"), canonical))
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
}

private fun Vector.expectsTrueIfAny(of: () -> Boolean) {
    val expected = at("expect").json
    assertEquals(if ("ok" in expected) jsonOf("ok" to true) else expected, outcome(of))
}

/** Whether a record made for one operation is accepted for the other. */
private fun areSame(json: String, other: String): Boolean {
    try {
        finish(Verifier(RING).steps.present(Presentation("u", recordOf(json), operation = Operation(other)), NOW))
    } catch (error: SekishoException) {
        if (error.code != ErrorCode.RECORD_OPERATION_MISMATCH) throw error
        return false
    }
    return true
}

/** A record made for an operation. */
private fun recordOf(json: String): String {
    val steps = Verifier(RING).steps
    val sent = finish(steps.sendCode(CodeSend("u", ANA, operation = Operation(json)), NOW))
    return finish(steps.checkCode(CodeCheck("u", ANA, sent.challenge, sent.code), NOW)).record
}
