package sekisho

import java.time.Instant
import java.time.format.DateTimeFormatterBuilder
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/** The answer to give where a record is not good. */
public data class Refusal(
    /** The HTTP status. */
    val status: Int,
    /** Why. */
    val code: ErrorCode,
    /** The headers of the answer. */
    val headers: Map<String, String>,
    /**
     * What to answer as JSON: `code` and `message`, and with 401 all that a client needs to go on as `data`: the
     * `requirement`, the `operation`, and of its resume handle `resumeHandle` and `expiresAt` (ISO 8601). Its
     * `toString()` is the text.
     */
    val body: JsonObject,
)

/**
 * Demands a verification before a risky operation.
 *
 * @param record what the client has sent, most often in a header.
 * @param now Unix seconds; the system's clock if not given.
 * @return `null` where the record is good. Otherwise the answer to give: 401 with the RFC 9470 challenge
 *   that tells the client what to do, 409 for a record that was used, 503 where the counters cannot be
 *   reached, 500 for what only the operator can mend.
 * @throws SekishoException [ErrorCode.KEY_NONE_SEALS] where there is no key for the resume handle.
 */
public suspend fun requireVerification(
    record: String?,
    verifier: Verifier,
    counters: CounterStore,
    subject: String,
    requirement: Requirement = Requirement(),
    idempotencyKey: String? = null,
    session: String? = null,
    operation: Operation? = null,
    now: Long? = null,
): Refusal? {
    val shown = Presentation(subject, record.orEmpty(), requirement, idempotencyKey, session, operation)
    try {
        verifier.present(counters, shown, now)
        return null
    } catch (error: SekishoException) {
        val refused = if (error.code == ErrorCode.RECORD_NOT_FOUND) failure(ErrorCode.PERMISSION_DENIED) else error
        if (refused.code !in NOT_GOOD) return refusal(refused)
        val issued = verifier.issueResumeHandle(subject, requirement, session, operation, now)
        return verificationRequired(refused, requirement, operation, issued)
    }
}

/** What is none, forged, expired, revoked or another user's is no permission, and has no code of its own. */
private val NOT_GOOD =
    setOf(
        ErrorCode.PERMISSION_DENIED,
        ErrorCode.RECORD_SESSION_MISMATCH,
        ErrorCode.RECORD_OPERATION_MISMATCH,
        ErrorCode.RECORD_METHOD_NOT_ALLOWED,
        ErrorCode.RECORD_TOO_OLD,
    )

private val UNCACHED = mapOf("Cache-Control" to "no-store")

private fun verificationRequired(
    error: SekishoException,
    requirement: Requirement,
    operation: Operation?,
    issued: ResumeHandle,
): Refusal {
    val body =
        body(error) {
            putJsonObject("data") {
                putJsonObject("requirement") { tell(requirement, isBound = operation != null) }
                operation?.let { put("operation", Json.parseToJsonElement(it.json)) }
                put("resumeHandle", issued.handle)
                put("expiresAt", ISO_8601.format(Instant.ofEpochSecond(issued.expiresAt)))
            }
        }
    return Refusal(401, error.code, UNCACHED + ("WWW-Authenticate" to toChallenge(requirement)), body)
}

/** The requirement, as the client reads it. */
private fun JsonObjectBuilder.tell(requirement: Requirement, isBound: Boolean) {
    putJsonArray("methods") { (requirement.methods ?: Method.entries).forEach { add(it.text) } }
    put("match", "any")
    requirement.maxAge?.let { put("maxAge", it) }
    put("bound", isBound)
    put("singleUse", requirement.singleUse)
    put("sameSession", requirement.sameSession)
}

private fun refusal(error: SekishoException): Refusal =
    when (error.code) {
        ErrorCode.COUNTER_STORE_FAILED -> Refusal(503, error.code, UNCACHED + ("Retry-After" to "1"), body(error))
        ErrorCode.RECORD_USED -> Refusal(409, error.code, UNCACHED, body(error))
        else -> Refusal(500, error.code, UNCACHED, body(error))
    }

private fun body(error: SekishoException, more: JsonObjectBuilder.() -> Unit = {}): JsonObject =
    buildJsonObject {
        put("code", error.code.text)
        put("message", error.message)
        more()
    }

private val ISO_8601 = DateTimeFormatterBuilder().appendInstant(3).toFormatter()
