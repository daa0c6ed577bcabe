package sekisho

import sekisho.internal.PasswordPolicy as RustPasswordPolicy
import sekisho.internal.Pepper as RustPepper

/** A secret that is part of hashes, kept apart from them. */
public class Pepper(
    /** Names it inside hashes: 1 to 8 ASCII letters, digits, `-` or `_`. */
    public val id: String,
    /** 32 to 64 random bytes. */
    public val key: ByteArray,
) {
    internal fun lower(): RustPepper = RustPepper(id.wellFormed(), key)

    override fun toString(): String = "Pepper(id=$id)"
}

/** What came of checking a password. */
public data class Verification(
    /** Whether the password is the one that was hashed. */
    val matches: Boolean,
    /** Whether the stored hash should be replaced by a new one of this password. */
    val needsRehash: Boolean,
)

/**
 * How new passwords are hashed, by Argon2id (RFC 9106), and stored hashes checked.
 *
 * [hash] and [verify] block the thread for tens of milliseconds and take the memory of their cost. In a
 * coroutine: `withContext(Dispatchers.Default) { passwords.hash(password) }`.
 */
public class PasswordPolicy private constructor(internal val rust: RustPasswordPolicy) : AutoCloseable by rust {
    /**
     * A policy; OWASP's minimum where nothing is given.
     *
     * @param memoryKib memory in KiB, 8 for each lane to 131072; 19456 by default.
     * @param passes passes over the memory; 2 by default.
     * @param lanes lanes, 1 to 16; 1 by default.
     * @param pepper what new hashes are peppered with.
     * @param olderPeppers what older hashes were peppered with.
     * @throws SekishoException [ErrorCode.POLICY_INVALID] outside the bounds, [ErrorCode.KEY_WEAK],
     *   [ErrorCode.KEY_REPEATED].
     */
    @JvmOverloads
    public constructor(
        memoryKib: Int? = null,
        passes: Int? = null,
        lanes: Int? = null,
        pepper: Pepper? = null,
        olderPeppers: Collection<Pepper> = emptyList(),
    ) : this(
        refusals { RustPasswordPolicy(memoryKib, passes, lanes, pepper?.lower(), olderPeppers.map(Pepper::lower)) },
    )

    /**
     * Hashes a new password: a PHC string. Blocks the thread.
     *
     * @param salt for tests: 16 bytes in place of the platform's randomness.
     * @throws SekishoException [ErrorCode.PASSWORD_INVALID], [ErrorCode.OUT_OF_MEMORY].
     */
    @JvmOverloads
    public fun hash(password: String, salt: ByteArray? = null): String =
        refusals { rust.hash(password.wellFormed(), salt) }

    /**
     * Checks a password against a stored hash; without one it takes the same time and never matches.
     * Blocks the thread.
     *
     * @throws SekishoException [ErrorCode.PASSWORD_INVALID], [ErrorCode.PASSWORD_HASH_INVALID],
     *   [ErrorCode.PASSWORD_HASH_TOO_COSTLY], [ErrorCode.PEPPER_UNKNOWN], [ErrorCode.OUT_OF_MEMORY].
     */
    public fun verify(password: String, passwordHash: String?): Verification {
        val verified = refusals { rust.verify(password.wellFormed(), passwordHash?.wellFormed()) }
        return Verification(verified.matches, verified.needsRehash)
    }
}

/**
 * Keeps the policy open in a call that it is not the first argument of: one that is closed is refused before the
 * others are on their way, which nobody would free.
 */
internal inline fun <T> PasswordPolicy?.held(call: (RustPasswordPolicy?) -> T): T =
    if (this == null) call(null) else rust.held { call(rust) }
