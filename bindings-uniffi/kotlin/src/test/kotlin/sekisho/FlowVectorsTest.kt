package sekisho

import kotlinx.serialization.json.JsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue

private val RING = cases("token", "open_record").first().text("ring")

/** The vectors of the flows, in the step form; those without counters by the verifier that has none. */
class FlowVectorsTest {
    @Vectors("flow", "policy")
    fun policyBounds(vector: Vector) =
        vector.expect {
            Verifier(RING, policy(vector.at("policy")))
            null
        }

    @Vectors("flow", "check_password")
    fun checkPassword(vector: Vector) =
        vector.expect {
            val given = vector.at("input")
            val session = given.textOrNull("session")
            val check =
                PasswordCheck(
                    given.text("subject"),
                    given.text("password"),
                    given.textOrNull("stored"),
                    session,
                    operation(given),
                )
            val (now, entropy) = Pair(vector.long("now"), given.bytes("entropy"))
            val verified =
                vector.drive({ checkPassword(check, now, entropy) }, { checkPassword(check, now, entropy) })
            jsonOf(
                "record" to verified.record,
                "expires_at" to verified.expiresAt,
                "needs_rehash" to verified.needsRehash,
                "limits" to verified.limits.text,
            )
        }

    @Vectors("flow", "send_code")
    fun sendCode(vector: Vector) =
        vector.expect {
            val given = vector.at("input")
            val (now, entropy) = Pair(vector.long("now"), given.bytes("entropy"))
            val send = codeSend(given)
            val sent = vector.drive({ sendCode(send, now, entropy) }, { sendCode(send, now, entropy) })
            if (vector.has("cancel")) {
                val rounds = vector.at("cancel").list("rounds")
                drive(if (vector.isCounted) rounds else emptyList(), sent.cancel())
            }
            told(sent)
        }

    @Vectors("flow", "resend_code")
    fun resendCode(vector: Vector) =
        vector.expect {
            val given = vector.at("input")
            val resend =
                CodeResend(
                    given.text("subject"),
                    identifier(given.at("to")),
                    given.text("challenge"),
                    given.textOrNull("session"),
                    operation(given),
                )
            val now = vector.long("now")
            told(vector.drive({ resendCode(resend, now) }, { resendCode(resend, now) }))
        }

    @Vectors("flow", "check_code")
    fun checkCode(vector: Vector) =
        vector.expect {
            val given = vector.at("input")
            val check =
                CodeCheck(
                    given.text("subject"),
                    identifier(given.at("to")),
                    given.text("challenge"),
                    given.text("code"),
                    given.textOrNull("session"),
                )
            val now = vector.long("now")
            val verified = vector.drive({ checkCode(check, now) }, { checkCode(check, now) })
            jsonOf(
                "record" to verified.record,
                "expires_at" to verified.expiresAt,
                "limits" to verified.limits.text,
            )
        }

    @Vectors("flow", "present")
    fun present(vector: Vector) =
        vector.expect {
            val given = vector.at("input")
            val asked = requirement(given.at("requirement"))
            val shown = presentation(given, given.text("token"), asked, given.textOrNull("idempotency_key"))
            val now = vector.long("now")
            shown(vector.drive({ present(shown, now) }, { present(shown, now) }))
        }

    @Vectors("flow", "revoke")
    fun revoke(vector: Vector) =
        vector.expect {
            val (record, subject) = vector.at("input").run { Pair(text("token"), text("subject")) }
            val now = vector.long("now")
            vector.drive({ revoke(record, subject, now) }, { revoke(record, subject, now) })
        }

    @Vectors("flow", "revoke_by_link")
    fun revokeByLink(vector: Vector) =
        vector.expect {
            val (revocation, now) = Pair(vector.at("input").text("revocation"), vector.long("now"))
            vector.drive({ revokeByLink(revocation, now) }, { revokeByLink(revocation, now) })
        }

    @Vectors("flow", "unblock")
    fun unblock(vector: Vector) =
        vector.expect {
            val subject = vector.at("input").text("subject")
            // Without counters there is nothing to unblock.
            vector.drive({ unblock(subject) }, { })
        }
}

private fun told(sent: CodeDrawn): JsonObject =
    jsonOf(
        "challenge" to sent.challenge,
        "code" to sent.code,
        "expires_at" to sent.expiresAt,
        "revocation" to sent.revocation,
        "purpose" to sent.purpose.text,
        "limits" to sent.limits.text,
    )

private fun shown(accepted: Accepted): JsonObject =
    jsonOf(
        "id" to accepted.id,
        "method" to accepted.method.text,
        "purpose" to accepted.purpose.text,
        "issued_at" to accepted.issuedAt,
        "expires_at" to accepted.expiresAt,
        "repeated" to accepted.repeated,
        "limits" to accepted.limits.text,
    )

private val Vector.isCounted get() = text("limits") == "counted"

/** Runs a case's flow with its verifier. */
private fun <T> Vector.drive(counted: Steps.() -> Flow<T>, uncounted: VerifierWithoutCounters.() -> T): T {
    val hashing = at("input").json["password_policy"] as? JsonObject
    val passwords = hashing?.let { passwords(Vector(it)) }
    val policy = policy(at("policy"))
    if (isCounted) return drive(list("rounds"), Verifier(text("ring"), policy, passwords).steps.counted())
    assertTrue(list("rounds").isEmpty())
    return Verifier.withoutCounters(KeyRing(text("ring")), policy, passwords).uncounted()
}

/** The flow's outcome, told the counts of the rounds, if it asks for what they say. */
private fun <T> drive(rounds: List<Vector>, flow: Flow<T>): T {
    for (round in rounds) {
        val expected = round.list("ops").map { CounterOp(it.text("key"), it.long("delta"), it.long("ttl")) }
        assertEquals(expected, flow.ops)
        flow.resume(round.numbers("counts"))
    }
    assertNull(flow.ops)
    return flow.outcome()
}
