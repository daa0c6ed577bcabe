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
public class Verifier private constructor(rust: RustVerifier) : AutoCloseable {
    /**
     * A verifier of a key ring.
     *
     * @param policy what shall differ from the defaults.
     * @param passwords how passwords are hashed; Argon2id at OWASP's minimum if not given.
     * @throws SekishoException [ErrorCode.POLICY_INVALID] where a value of the policy is out of its bounds.
     */
    @JvmOverloads
    public constructor(keys: KeyRing, policy: Policy = Policy(), passwords: PasswordPolicy? = null) :
        this(refusals { passwords.held { RustVerifier(keys.rust, policy.lower(), it) } })

    /**
     * The same, of a key ring's text.
     *
     * @throws SekishoException [ErrorCode.KEY_RING_MALFORMED], [ErrorCode.KEY_WEAK],
     *   [ErrorCode.KEY_REPEATED], too.
     */
    @JvmOverloads
    public constructor(keys: String, policy: Policy = Policy(), passwords: PasswordPolicy? = null) :
        this(KeyRing(keys).use { ring -> refusals { passwords.held { RustVerifier(ring.rust, policy.lower(), it) } } })

    /** The same flows in single steps. */
    public val steps: Steps = Steps(rust)

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
     * The challenge's code once more, under the same token, to the same end and within the same budgets, so
     * that it does not matter which message is read. Send it; if it cannot be sent, [CodeSent.cancel] it.
     *
     * @throws SekishoException [ErrorCode.RECORD_NOT_FOUND] for what is no challenge of this user and
     *   session, or was made under another policy of codes; [ErrorCode.CODE_EMAIL_MISMATCH] or
     *   [ErrorCode.CODE_PHONE_MISMATCH] for another recipient, [ErrorCode.RECORD_OPERATION_MISMATCH],
     *   [ErrorCode.CODE_EXPIRED], [ErrorCode.CODE_NOT_FOUND] for a code that was used or revoked,
     *   [ErrorCode.MESSAGE_RATE_LIMITED], also within 30 seconds of the message before,
     *   [ErrorCode.COUNTER_STORE_FAILED].
     */
    public suspend fun resendCode(counters: CounterStore, resend: CodeResend, now: Long? = null): CodeSent =
        CodeSent(drive(counters, steps.resendCode(resend, now)), counters)

    /**
     * Checks a code against its challenge.
     *
     * @throws SekishoException [ErrorCode.RECORD_NOT_FOUND], those of [ErrorCode] that begin with `CODE_`,
     *   [ErrorCode.VERIFICATION_BLOCKED], [ErrorCode.COUNTER_STORE_FAILED].
     */
    public suspend fun checkCode(counters: CounterStore, check: CodeCheck, now: Long? = null): Verified =
        drive(counters, steps.checkCode(check, now))

    /**
     * Holds a record against a requirement and, for single use, uses it up. One that was revoked is not
     * accepted.
     *
     * @throws SekishoException [ErrorCode.RECORD_NOT_FOUND], others of [ErrorCode] that begin with
     *   `RECORD_`, [ErrorCode.COUNTER_STORE_FAILED].
     */
    public suspend fun present(counters: CounterStore, shown: Presentation, now: Long? = null): Accepted =
        drive(counters, steps.present(shown, now))

    /**
     * Revokes a record or a challenge of the user's, in whichever session it was made: its code is no longer
     * right, and nothing accepts the record. Revoking again changes nothing.
     *
     * @throws SekishoException [ErrorCode.RECORD_NOT_FOUND] for what is none of this user,
     *   [ErrorCode.COUNTER_STORE_FAILED].
     */
    public suspend fun revoke(counters: CounterStore, record: String, subject: String, now: Long? = null): Unit =
        drive(counters, steps.revoke(record, subject, now))

    /**
     * Revokes the challenge of a message that the user did not ask for, by what the message's link carries:
     * [CodeSent.revocation]. Nobody needs to be signed in.
     *
     * @throws SekishoException [ErrorCode.RECORD_NOT_FOUND] for anything else, and after the record's end;
     *   [ErrorCode.COUNTER_STORE_FAILED].
     */
    public suspend fun revokeByLink(counters: CounterStore, revocation: String, now: Long? = null): Unit =
        drive(counters, steps.revokeByLink(revocation, now))

    /**
     * What a client needs to go on with an operation that was refused for want of a verification: it sends the
     * handle with its request for one. It lives as long as a record, and allows nothing.
     *
     * @param requirement what the operation demands; only its methods are kept.
     * @throws SekishoException [ErrorCode.KEY_NONE_SEALS], and [ErrorCode.REQUIREMENT_INVALID] for an age below
     *   zero.
     */
    @JvmOverloads
    public fun issueResumeHandle(
        subject: String,
        requirement: Requirement = Requirement(),
        session: String? = null,
        operation: Operation? = null,
        now: Long? = null,
    ): ResumeHandle =
        refusals {
            val (user, ofSession) = Pair(subject.wellFormed(), session?.wellFormed())
            ResumeHandle(steps.rust.issueResumeHandle(user, requirement.lower(), ofSession, operation?.json, now))
        }

    /**
     * Whether a verification by this method is what the handle's operation was refused for.
     *
     * @param handle as the client sent it.
     * @throws SekishoException where it is not: [ErrorCode.RECORD_NOT_FOUND] for what is no handle of this
     *   user or has expired, [ErrorCode.RECORD_SESSION_MISMATCH], [ErrorCode.RECORD_OPERATION_MISMATCH],
     *   [ErrorCode.RECORD_METHOD_NOT_ALLOWED].
     */
    @JvmOverloads
    public fun checkResumeHandle(
        handle: String,
        method: Method,
        subject: String,
        session: String? = null,
        operation: Operation? = null,
        now: Long? = null,
    ): Unit =
        refusals {
            val (text, user) = Pair(handle.wellFormed(), subject.wellFormed())
            steps.rust.checkResumeHandle(text, method.lower(), user, session?.wellFormed(), operation?.json, now)
        }

    /** Ends a user's block and forgets their failures: an operator's act. */
    public suspend fun unblock(counters: CounterStore, subject: String): Unit =
        drive(counters, steps.unblock(subject))

    /** Lets go of what it and its steps hold of the keys. */
    override fun close(): Unit = steps.close()

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
