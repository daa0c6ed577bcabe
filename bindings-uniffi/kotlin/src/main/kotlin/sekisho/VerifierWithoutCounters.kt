package sekisho

import sekisho.internal.VerifierWithoutCounters as RustVerifierWithoutCounters

/** A verifier whose host keeps no counters: see [Verifier.withoutCounters]. */
public class VerifierWithoutCounters internal constructor(
    keys: KeyRing,
    policy: Policy,
    passwords: PasswordPolicy?,
) : AutoCloseable {
    private val rust = refusals { passwords.held { RustVerifierWithoutCounters(keys.rust, policy.lower(), it) } }

    /**
     * Checks the user's password. Blocks the thread for tens of milliseconds.
     *
     * @throws SekishoException [ErrorCode.INVALID_CREDENTIALS].
     */
    @JvmOverloads
    public fun checkPassword(
        check: PasswordCheck,
        now: Long? = null,
        entropy: ByteArray? = null,
    ): PasswordVerified = PasswordVerified(refusals { rust.checkPassword(check.lower(), now, entropy) })

    /** Draws a code. */
    @JvmOverloads
    public fun sendCode(send: CodeSend, now: Long? = null, entropy: ByteArray? = null): CodeDrawn =
        CodeDrawn(refusals { rust.sendCode(send.lower(), now, entropy) })

    /** See [Verifier.resendCode]. */
    @JvmOverloads
    public fun resendCode(resend: CodeResend, now: Long? = null): CodeDrawn =
        CodeDrawn(refusals { rust.resendCode(resend.lower(), now) })

    /**
     * Checks a code against its challenge.
     *
     * @throws SekishoException [ErrorCode.RECORD_NOT_FOUND], those of [ErrorCode] that begin with `CODE_`.
     */
    @JvmOverloads
    public fun checkCode(check: CodeCheck, now: Long? = null): Verified =
        Verified(refusals { rust.checkCode(check.lower(), now) })

    /**
     * Holds a record against a requirement.
     *
     * @throws SekishoException [ErrorCode.RECORD_NOT_FOUND], others of [ErrorCode] that begin with
     *   `RECORD_`, [ErrorCode.COUNTERS_REQUIRED] where single use is asked for.
     */
    @JvmOverloads
    public fun present(shown: Presentation, now: Long? = null): Accepted =
        Accepted(refusals { rust.present(shown.lower(), now) })

    /**
     * Revokes nothing: without counters nobody would know.
     *
     * @throws SekishoException [ErrorCode.COUNTERS_REQUIRED]; [ErrorCode.RECORD_NOT_FOUND] for what is no
     *   record or challenge of this user.
     */
    @JvmOverloads
    public fun revoke(record: String, subject: String, now: Long? = null): Unit =
        refusals { rust.revoke(record.wellFormed(), subject.wellFormed(), now) }

    /**
     * Revokes nothing: without counters nobody would know.
     *
     * @throws SekishoException [ErrorCode.COUNTERS_REQUIRED]; [ErrorCode.RECORD_NOT_FOUND] for what is no
     *   revocation.
     */
    @JvmOverloads
    public fun revokeByLink(revocation: String, now: Long? = null): Unit =
        refusals { rust.revokeByLink(revocation.wellFormed(), now) }

    /** See [Verifier.issueResumeHandle]. */
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
            ResumeHandle(rust.issueResumeHandle(user, requirement.lower(), ofSession, operation?.json, now))
        }

    /** See [Verifier.checkResumeHandle]. */
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
            rust.checkResumeHandle(text, method.lower(), user, session?.wellFormed(), operation?.json, now)
        }

    /** Lets go of what it holds of the keys. */
    override fun close(): Unit = rust.close()
}
