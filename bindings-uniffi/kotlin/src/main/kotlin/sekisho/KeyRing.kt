package sekisho

import sekisho.internal.Environment as RustEnvironment
import sekisho.internal.KeyRing as RustKeyRing

/** Where a ring is for: what a development ring sealed no production ring opens. */
public enum class Environment {
    /** Real users. */
    PRODUCTION,

    /** A developer's machine. */
    DEVELOPMENT,
}

/** A key's id and times, without its secret. Times are Unix seconds. */
public data class KeyTimes(
    /** The key's id, 8 hexadecimal digits. */
    val kid: String,
    /** From this time on it may seal; the latest such key is the one that does. */
    val sealsFrom: Long,
    /** From this time on it opens nothing; `null` until it is retired. */
    val opensUntil: Long?,
)

/**
 * The key ring: one key seals, several open, each with its times. A ring never changes.
 *
 * Closing it lets go of the keys; the last verifier to use them wipes them.
 */
public class KeyRing private constructor(internal val rust: RustKeyRing) : AutoCloseable by rust {
    /**
     * Reads a ring's text, as `sekisho-server keys generate` prints it and [toText] gives it.
     *
     * @throws SekishoException [ErrorCode.KEY_RING_MALFORMED], [ErrorCode.KEY_WEAK], [ErrorCode.KEY_REPEATED].
     */
    public constructor(text: String) : this(refusals { RustKeyRing.parse(text.wellFormed()) })

    /** Where the ring is for. */
    public val environment: Environment
        get() = Environment.entries[rust.environment().ordinal]

    /** The ids and times of the keys: what may be listed and logged. */
    public val keys: List<KeyTimes>
        get() = rust.keys().map { KeyTimes(it.kid, it.sealsFrom, it.opensUntil) }

    /**
     * The ring with one more key, which seals from a time on. Keys that are retired at [now] are dropped.
     *
     * @param sealsFrom Unix seconds.
     * @param now Unix seconds; the system's clock if not given.
     * @param entropy for tests: 32 bytes in place of the platform's randomness.
     * @throws SekishoException [ErrorCode.KEY_RING_FULL].
     */
    @JvmOverloads
    public fun rotate(sealsFrom: Long, now: Long? = null, entropy: ByteArray? = null): KeyRing =
        KeyRing(refusals { rust.rotate(sealsFrom, now, entropy) })

    /**
     * The ring in which a key opens nothing from a time on, in Unix seconds.
     *
     * @throws SekishoException [ErrorCode.KEY_UNKNOWN], [ErrorCode.KEY_STILL_SEALS].
     */
    public fun retire(kid: String, at: Long): KeyRing = KeyRing(refusals { rust.retire(kid.wellFormed(), at) })

    /** The ring's text, which is the secret itself. */
    public fun toText(): String = rust.toText()

    /**
     * The id of the key that seals at a time, in Unix seconds; now by the system's clock if not given.
     *
     * @throws SekishoException [ErrorCode.KEY_NONE_SEALS].
     */
    @JvmOverloads
    public fun sealsWith(now: Long? = null): String = refusals { rust.sealsWith(now) }

    /**
     * What logs call a user: 32 hexadecimal digits by which events about the same one are found together, and
     * from which nobody without the ring learns who it is. Rotating keys changes none.
     *
     * @throws SekishoException [ErrorCode.CONTEXT_INVALID].
     */
    public fun pseudonymOfSubject(subject: String): String =
        refusals { rust.pseudonymOfSubject(subject.wellFormed()) }

    /**
     * What logs call a session.
     *
     * @throws SekishoException [ErrorCode.CONTEXT_INVALID].
     */
    public fun pseudonymOfSession(session: String): String =
        refusals { rust.pseudonymOfSession(session.wellFormed()) }

    /**
     * What logs call an address or number, the same for every spelling of one recipient.
     *
     * @throws SekishoException [ErrorCode.IDENTIFIER_INVALID].
     */
    public fun pseudonymOfIdentifier(identifier: Identifier): String =
        refusals { rust.pseudonymOfIdentifier(identifier.lower()) }

    override fun toString(): String =
        if (rust.uniffiIsDestroyed) "KeyRing(closed)" else "KeyRing(environment=$environment, keys=$keys)"

    /** Makes rings. */
    public companion object {
        /**
         * Draws a new ring of one key.
         *
         * @param now Unix seconds; the system's clock if not given.
         * @param entropy for tests: 32 bytes in place of the platform's randomness.
         */
        @JvmStatic
        @JvmOverloads
        public fun generate(environment: Environment, now: Long? = null, entropy: ByteArray? = null): KeyRing {
            val where = RustEnvironment.entries[environment.ordinal]
            return KeyRing(refusals { RustKeyRing.generate(where, now, entropy) })
        }
    }
}
