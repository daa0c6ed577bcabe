package sekisho

import sekisho.internal.Verifier as RustVerifier

/** The flows in their single steps, for who batches additions or has a store of another shape. */
public class Steps internal constructor(internal val rust: RustVerifier) : AutoCloseable by rust {
    /** Begins [Verifier.checkPassword]. One `resume` of the flow blocks the thread: it computes Argon2. */
    @JvmOverloads
    public fun checkPassword(
        check: PasswordCheck,
        now: Long? = null,
        entropy: ByteArray? = null,
    ): Flow<PasswordVerified> = flow(refusals { rust.checkPassword(check.lower(), now, entropy) })

    /** Begins [Verifier.sendCode]. */
    @JvmOverloads
    public fun sendCode(send: CodeSend, now: Long? = null, entropy: ByteArray? = null): Flow<CodeDrawn> =
        flow(refusals { rust.sendCode(send.lower(), now, entropy) })

    /** Begins [Verifier.resendCode]. */
    @JvmOverloads
    public fun resendCode(resend: CodeResend, now: Long? = null): Flow<CodeDrawn> =
        flow(refusals { rust.resendCode(resend.lower(), now) })

    /** Begins [Verifier.checkCode]. */
    @JvmOverloads
    public fun checkCode(check: CodeCheck, now: Long? = null): Flow<Verified> =
        flow(refusals { rust.checkCode(check.lower(), now) })

    /** Begins [Verifier.present]. */
    @JvmOverloads
    public fun present(shown: Presentation, now: Long? = null): Flow<Accepted> =
        flow(refusals { rust.present(shown.lower(), now) })

    /** Begins [Verifier.revoke]. */
    @JvmOverloads
    public fun revoke(record: String, subject: String, now: Long? = null): Flow<Unit> =
        flow(refusals { rust.revoke(record.wellFormed(), subject.wellFormed(), now) })

    /** Begins [Verifier.revokeByLink]. */
    @JvmOverloads
    public fun revokeByLink(revocation: String, now: Long? = null): Flow<Unit> =
        flow(refusals { rust.revokeByLink(revocation.wellFormed(), now) })

    /** Begins [Verifier.unblock]. */
    public fun unblock(subject: String): Flow<Unit> = flow(refusals { rust.unblock(subject.wellFormed()) })
}
