package sekisho

import kotlinx.coroutines.Dispatchers
import sekisho.internal.Verifier as RustVerifier

/**
 * Starts every flow and drives it over your counters. For Java there is [FutureVerifier].
 *
 * `now` are Unix seconds, the system's clock if not given; `entropy` are 32 bytes in place of the
 * platform's randomness, for tests. Where a store fails the check does:
 * [ErrorCode.COUNTER_STORE_FAILED], and what the store threw is the exception's cause. A store runs in
 * the caller's coroutine context.
 */
public class Verifier private constructor(private val rust: RustVerifier) : AutoCloseable {
    /**
     * A verifier of a key ring.
     *
     * @param policy what shall differ from the defaults.
     * @param passwords how passwords are hashed; Argon2id at OWASP's minimum if not given.
     * @throws SekishoException [ErrorCode.POLICY_INVALID] where a value of the policy is out of its bounds.
     */
    @JvmOverloads
    public constructor(keys: KeyRing, policy: Policy = Policy(), passwords: PasswordPolicy? = null) :
        this(refusals { RustVerifier(keys.rust, policy.lower(), passwords?.rust) })

    /**
     * The same, of a key ring's text.
     *
     * @throws SekishoException [ErrorCode.KEY_RING_MALFORMED], [ErrorCode.KEY_WEAK],
     *   [ErrorCode.KEY_REPEATED], too.
     */
    @JvmOverloads
    public constructor(keys: String, policy: Policy = Policy(), passwords: PasswordPolicy? = null) :
        this(KeyRing(keys).use { ring -> refusals { RustVerifier(ring.rust, policy.lower(), passwords?.rust) } })

    /** The same flows in single steps. */
    public val steps: Steps = Steps(rust.steps())

    /**
     * Checks the user's password. Argon2 takes tens of milliseconds of a thread of `Dispatchers.Default`,
     * not of the caller's.
     *
     * @throws SekishoException [ErrorCode.INVALID_CREDENTIALS], [ErrorCode.VERIFICATION_BLOCKED],
     *   [ErrorCode.COUNTER_STORE_FAILED].
     */
    public suspend fun checkPassword(
        counters: CounterStore,
        check: PasswordCheck,
        now: Long? = null,
        entropy: ByteArray? = null,
    ): PasswordVerified =
        // Argon2 is computed after an addition.
        drive(counters, steps.checkPassword(check, now, entropy), Dispatchers.Default)

    /**
     * Draws a code. Send it, then answer with the challenge; if it cannot be sent, [CodeSent.cancel] it.
     *
     * @throws SekishoException [ErrorCode.MESSAGE_RATE_LIMITED], [ErrorCode.COUNTER_STORE_FAILED].
     */
    public suspend fun sendCode(
        counters: CounterStore,
        send: CodeSend,
        now: Long? = null,
        entropy: ByteArray? = null,
    ): CodeSent = CodeSent(drive(counters, steps.sendCode(send, now, entropy)), counters)

    /**
     * Checks a code against its challenge.
     *
     * @throws SekishoException [ErrorCode.RECORD_NOT_FOUND], those of [ErrorCode] that begin with `CODE_`,
     *   [ErrorCode.VERIFICATION_BLOCKED], [ErrorCode.COUNTER_STORE_FAILED].
     */
    public suspend fun checkCode(counters: CounterStore, check: CodeCheck, now: Long? = null): Verified =
        drive(counters, steps.checkCode(check, now))

    /**
     * Holds a record against a requirement and, for single use, uses it up.
     *
     * @throws SekishoException [ErrorCode.RECORD_NOT_FOUND], others of [ErrorCode] that begin with
     *   `RECORD_`, [ErrorCode.COUNTER_STORE_FAILED].
     */
    public suspend fun present(counters: CounterStore, shown: Presentation, now: Long? = null): Accepted =
        drive(counters, steps.present(shown, now))

    /** Ends a user's block and forgets their failures: an operator's act. */
    public suspend fun unblock(counters: CounterStore, subject: String): Unit =
        drive(counters, steps.unblock(subject))

    /** Lets go of what it and its steps hold of the keys. */
    override fun close() {
        steps.close()
        rust.close()
    }

    /** Makes verifiers of another kind. */
    public companion object {
        /**
         * A verifier for a host that has no counter store: attempts are not limited, a code works until
         * it expires, and records are not used up. Every outcome says so. Only for what an attacker gains
         * nothing by trying a million times.
         */
        @JvmStatic
        @JvmOverloads
        public fun withoutCounters(
            keys: KeyRing,
            policy: Policy = Policy(),
            passwords: PasswordPolicy? = null,
        ): VerifierWithoutCounters = VerifierWithoutCounters(keys, policy, passwords)
    }
}
