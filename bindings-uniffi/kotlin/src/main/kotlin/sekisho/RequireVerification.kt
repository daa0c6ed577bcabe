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
    /** Why, for the log: its cause is what the counter store threw. */
    val error: SekishoException,
)

/**
 * Demands a verification before a risky operation.
 *
 * @param record what the client has sent, most often in a header.
 * @param now Unix seconds; the system's clock if not given.
 * @return `null` where the record is good. Otherwise the answer to give: 401 with the RFC 9470 challenge
 *   that tells the client what to do, 409 for a record that was used, 400 for what is no operation, subject,
 *   session or idempotency key, 503 where the counters cannot be reached, 500 for what only the operator can
 *   mend.
 * @throws SekishoException [ErrorCode.KEY_NONE_SEALS] where there is no key for the resume handle,
 *   [ErrorCode.TIME_INVALID] where it ends after the year 9999.
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
                put("expiresAt", iso8601(issued.expiresAt))
            }
        }
    return refusal(401, error, "WWW-Authenticate" to toChallenge(requirement), body = body)
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
        ErrorCode.COUNTER_STORE_FAILED -> refusal(503, error, "Retry-After" to "1")
        ErrorCode.RECORD_USED -> refusal(409, error)
        ErrorCode.OPERATION_INVALID, ErrorCode.CONTEXT_INVALID -> refusal(400, error)
        else -> refusal(500, error)
    }

private fun refusal(
    status: Int,
    error: SekishoException,
    vararg headers: Pair<String, String>,
    body: JsonObject = body(error),
): Refusal = Refusal(status, error.code, mapOf("Cache-Control" to "no-store", *headers), body, error)

private fun body(error: SekishoException, more: JsonObjectBuilder.() -> Unit = {}): JsonObject =
    buildJsonObject {
        put("code", error.code.text)
        put("message", error.message)
        more()
    }

private fun iso8601(seconds: Long): String {
    if (seconds > END_OF_YEAR_9999) throw failure(ErrorCode.TIME_INVALID)
    return ISO_8601.format(Instant.ofEpochSecond(seconds))
}

private const val END_OF_YEAR_9999 = 253_402_300_799

private val ISO_8601 = DateTimeFormatterBuilder().appendInstant(3).toFormatter()
