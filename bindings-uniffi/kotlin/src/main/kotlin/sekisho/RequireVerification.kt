package sekisho

/** The answer to give where a record is not good. */
public data class Refusal(
    /** The HTTP status. */
    val status: Int,
    /** Why. */
    val code: ErrorCode,
    /** The headers of the answer. */
    val headers: Map<String, String>,
)

/**
 * Demands a verification before a risky operation.
 *
 * @param record what the client has sent, most often in a header.
 * @param now Unix seconds; the system's clock if not given.
 * @return `null` where the record is good. Otherwise the answer to give: 401 with the RFC 9470 challenge
 *   that tells the client what to do, 409 for a record that was used, 503 where the counters cannot be
 *   reached.
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
    if (record.isNullOrEmpty()) return refusal(ErrorCode.PERMISSION_DENIED, requirement)
    val shown = Presentation(subject, record, requirement, idempotencyKey, session, operation)
    try {
        verifier.present(counters, shown, now)
    } catch (error: SekishoException) {
        return refusal(error.code, requirement)
    }
    return null
}

private val NOT_GOOD =
    setOf(
        ErrorCode.RECORD_NOT_FOUND,
        ErrorCode.PERMISSION_DENIED,
        ErrorCode.RECORD_SESSION_MISMATCH,
        ErrorCode.RECORD_OPERATION_MISMATCH,
        ErrorCode.RECORD_METHOD_NOT_ALLOWED,
        ErrorCode.RECORD_TOO_OLD,
    )

private fun refusal(code: ErrorCode, requirement: Requirement): Refusal {
    val uncached = mapOf("Cache-Control" to "no-store")
    return when (code) {
        ErrorCode.COUNTER_STORE_FAILED -> Refusal(503, code, uncached + ("Retry-After" to "1"))
        ErrorCode.RECORD_USED -> Refusal(409, code, uncached)
        in NOT_GOOD -> Refusal(401, code, uncached + ("WWW-Authenticate" to toChallenge(requirement)))
        else -> Refusal(500, code, uncached)
    }
}
