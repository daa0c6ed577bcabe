package accountapi

import com.fasterxml.jackson.core.JsonProcessingException
import org.slf4j.LoggerFactory
import sekisho.ErrorCode
import sekisho.PasswordRejection
import sekisho.SekishoException
import sekisho.toChallenge

private val log = LoggerFactory.getLogger("accountapi.problem")

/** Seconds after which to come back where a store does not answer. */
private const val RETRY_SOON = 1

/** An answer that is not a success, thrown to where it is given. */
class Problem(
    val status: Int,
    code: String?,
    override val message: String,
    data: Any? = null,
    details: String? = null,
    headers: Map<String, String> = emptyMap(),
) : Exception(message) {
    val headers: Map<String, String> = authenticate(status, code) + headers
    val body: Map<String, Any> =
        listOf("code" to code, "message" to message, "data" to data, "details" to details)
            .mapNotNull { (name, value) -> value?.let { name to it } }.toMap()

    companion object {
        fun of(
            refusal: Refusal,
            data: Any? = null,
            details: String? = null,
            headers: Map<String, String> = emptyMap(),
        ): Problem = Problem(refusal.status, refusal.code, refusal.message, data, details, headers)

        /** Input that cannot be understood; [details] names each field. */
        fun invalidInput(details: String?): Problem =
            Problem(400, "guard.invalid_input", "The request is not valid.", details = details)

        /** The service cannot decide now, so it refuses. The cause is for the log. */
        fun unavailable(cause: Throwable): Problem {
            log.error("the service is not available, so the request is refused", cause)
            val message = "The service is not available now. Try again soon."
            return Problem(503, "service.unavailable", message, headers = mapOf("Retry-After" to "$RETRY_SOON"))
        }

        /** The operation needs a record; the challenge tells the client how to get one (RFC 9470). */
        fun permissionDenied(): Problem {
            val message = "This needs a fresh verification of who you are."
            val headers = mapOf("WWW-Authenticate" to toChallenge())
            return Problem(401, "verification_record.permission_denied", message, headers = headers)
        }

        /** A new password that is not acceptable, with every reason. */
        fun passwordRejected(reasons: List<PasswordRejection>): Problem {
            val message = "The new password is not acceptable. Choose another one."
            return Problem(422, "password.rejected", message, data = reasons.map { mapOf("code" to it.text) })
        }

        /** A record that does not prove what it was shown for. */
        fun recordNotFound(): Problem {
            val message = "This verification is not known or has expired. Start a new one."
            return Problem(400, "verification_record.not_found", message)
        }

        /** Whatever was thrown. What nobody foresaw is a failure of ours, and its cause is for the log. */
        fun of(thrown: Throwable): Problem =
            when (thrown) {
                is Problem -> thrown
                is SekishoException -> ofRules(thrown)
                is JsonProcessingException -> invalidInput(thrown.originalMessage)
                else -> {
                    log.error("a request broke down", thrown)
                    Problem(500, null, "Internal server error.")
                }
            }

        private fun ofRules(error: SekishoException): Problem {
            val status = STATUS[error.code]
            if (status != null) {
                val wait = error.retryAfter?.let { mapOf("Retry-After" to "$it") }.orEmpty()
                return Problem(status, error.code.text, error.message!!, headers = wait)
            }
            return when (error.code) {
                ErrorCode.IDENTIFIER_INVALID, ErrorCode.PASSWORD_INVALID -> invalidInput(error.message)
                // User and session are what the access token says.
                ErrorCode.CONTEXT_INVALID -> of(Refusal.UNAUTHORIZED)
                ErrorCode.COUNTER_STORE_FAILED, ErrorCode.OUT_OF_MEMORY -> unavailable(error)
                else -> of(IllegalStateException(error.code.text, error))
            }
        }

        /** Every 401 says what to authenticate with (RFC 9110 §15.5.2). */
        private fun authenticate(status: Int, code: String?): Map<String, String> {
            if (status != 401) return emptyMap()
            val isInvalid = code == "auth.unauthorized"
            return mapOf("WWW-Authenticate" to if (isInvalid) "Bearer error=\"invalid_token\"" else "Bearer")
        }
    }
}

/** The statuses of errors that are the client's to know; the others are the operator's. */
private val STATUS =
    mapOf(
        ErrorCode.INVALID_CREDENTIALS to 422,
        ErrorCode.VERIFICATION_BLOCKED to 400,
        ErrorCode.RECORD_NOT_FOUND to 400,
        ErrorCode.CODE_NOT_FOUND to 400,
        ErrorCode.CODE_EMAIL_MISMATCH to 400,
        ErrorCode.CODE_PHONE_MISMATCH to 400,
        ErrorCode.CODE_EXPIRED to 400,
        ErrorCode.CODE_TRIES_USED_UP to 400,
        ErrorCode.CODE_MISMATCH to 400,
        ErrorCode.MESSAGE_RATE_LIMITED to 429,
        ErrorCode.RECORD_SESSION_MISMATCH to 400,
        ErrorCode.RECORD_OPERATION_MISMATCH to 400,
        ErrorCode.RECORD_METHOD_NOT_ALLOWED to 400,
        ErrorCode.OPERATION_INVALID to 400,
        ErrorCode.OPERATION_NOT_DISPLAYABLE to 400,
    )
