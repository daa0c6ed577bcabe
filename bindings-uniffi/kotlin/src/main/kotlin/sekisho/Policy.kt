package sekisho

import sekisho.internal.Alphabet as RustAlphabet
import sekisho.internal.CodePolicy as RustCodePolicy
import sekisho.internal.FailurePolicy as RustFailurePolicy
import sekisho.internal.Policy as RustPolicy
import sekisho.internal.SendPolicy as RustSendPolicy

/** The characters of codes. */
public enum class Alphabet {
    /** 0 to 9. */
    DIGITS,

    /** Crockford's Base32: digits and letters without I, L, O and U. */
    BASE32,
}

/** How codes are made and how long they live. */
public data class CodePolicy
    @JvmOverloads
    constructor(
        /** Characters in a code, 4 to 10; 6 by default. */
        val length: Int? = null,
        /** The characters of codes. */
        val alphabet: Alphabet = Alphabet.DIGITS,
        /** Seconds a code is good, 60 to 3600; 600 by default. */
        val lifetime: Long? = null,
        /** Wrong codes for one challenge, 1 to 100; 10 by default. */
        val maxTries: Int? = null,
    ) {
        internal fun lower(): RustCodePolicy =
            RustCodePolicy(length, RustAlphabet.entries[alphabet.ordinal], lifetime, maxTries)
    }

/** When a user is blocked: failures of passwords and codes together. */
public data class FailurePolicy
    @JvmOverloads
    constructor(
        /** The failure that blocks, 1 to 10000; the 100th by default. */
        val limit: Int? = null,
        /** Within how many seconds, 60 to 86400; 3600 by default. */
        val window: Long? = null,
        /** Seconds a block lasts, 60 to 2592000; 3600 by default. */
        val block: Long? = null,
        /**
         * Failures after which a session verifies no more for a day, whatever its user has left: 1 to
         * 10000; 0, the default, for no such limit. Only for requests that name their session.
         */
        val sessionLimit: Int? = null,
    ) {
        internal fun lower(): RustFailurePolicy = RustFailurePolicy(limit, window, block, sessionLimit)
    }

/** How many messages one recipient gets. */
public data class SendPolicy
    @JvmOverloads
    constructor(
        /** Messages in one window, 1 to 10000; 10 by default. */
        val limit: Int? = null,
        /** Seconds from the first message, 1 to 86400; 600 by default. */
        val window: Long? = null,
    ) {
        internal fun lower(): RustSendPolicy = RustSendPolicy(limit, window)
    }

/** How many attempts there are and how long what lives. */
public data class Policy
    @JvmOverloads
    constructor(
        /** Seconds a record is good, 60 to 86400; 600 by default. */
        val recordLifetime: Long? = null,
        /** How codes are made and how long they live. */
        val code: CodePolicy = CodePolicy(),
        /** When a user is blocked. */
        val failures: FailurePolicy = FailurePolicy(),
        /** How many messages one recipient gets. */
        val sends: SendPolicy = SendPolicy(),
    ) {
        internal fun lower(): RustPolicy = RustPolicy(recordLifetime, code.lower(), failures.lower(), sends.lower())
    }
