package sekisho

import sekisho.internal.SekishoException as RustSekishoException

/**
 * Why the rules refused. The message is for people, the [code] for programs. Neither holds input.
 *
 * Where a counter store threw something, that is the [cause].
 */
public class SekishoException internal constructor(
    /** Stable, the same in every language. */
    public val code: ErrorCode,
    message: String,
    /** Seconds after which the same call can succeed; `null` where waiting does not help. */
    public val retryAfter: Long?,
    cause: Throwable? = null,
) : RuntimeException(message, cause)

/** An error of a code, with the registry's message. */
internal fun failure(code: ErrorCode, cause: Throwable? = null): SekishoException =
    SekishoException(code, code.lower().describe(), null, cause)

/** Throws what Rust refuses. */
internal inline fun <T> refusals(call: () -> T): T {
    Native.load()
    try {
        return call()
    } catch (error: RustSekishoException) {
        throw raised(error)
    }
}

/** The same error, one of UniFFI's, in the form of this package. */
internal fun raised(error: RustSekishoException): SekishoException =
    when (error) {
        is RustSekishoException.Refused -> {
            val code = ErrorCode.entries[error.reason.ordinal]
            SekishoException(code, error.describe(), error.retryAfter)
        }
    }
