package sekisho

import sekisho.internal.VerifierWithoutCounters as RustVerifierWithoutCounters

/** A verifier whose host keeps no counters: see [Verifier.withoutCounters]. */
public class VerifierWithoutCounters internal constructor(
    keys: KeyRing,
    policy: Policy,
    passwords: PasswordPolicy?,
) : AutoCloseable {
    private val rust = refusals { RustVerifierWithoutCounters(keys.rust, policy.lower(), passwords?.rust) }

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

    /** Lets go of what it holds of the keys. */
    override fun close(): Unit = rust.close()
}
