package sekisho

import sekisho.internal.Accepted as RustAccepted
import sekisho.internal.CodeSent as RustCodeSent
import sekisho.internal.Limits as RustLimits
import sekisho.internal.PasswordVerified as RustPasswordVerified
import sekisho.internal.ResumeHandle as RustResumeHandle
import sekisho.internal.SendCancellation
import sekisho.internal.Verified as RustVerified

/** Whether attempts and uses were counted. */
public enum class Limits(
    /** The text form. */
    public val text: String,
) {
    /** They were. */
    COUNTED("counted"),

    /**
     * There is no counter store: nobody limits the attempts, a code works until it expires, and a record
     * can be used again and again until then.
     */
    NOT_COUNTED("not_counted"),
}

/** The user has proved who they are by a code. */
public class Verified internal constructor(verified: RustVerified) {
    /** The verification record's token. Whoever holds it and is signed in as the user may use it. */
    public val record: String = verified.record

    /** Unix seconds. */
    public val expiresAt: Long = verified.expiresAt

    /** Whether attempts and uses were counted. */
    public val limits: Limits = limits(verified.limits)

    override fun toString(): String = "Verified(expiresAt=$expiresAt, limits=$limits)"
}

/** The user has proved who they are by their password. */
public class PasswordVerified internal constructor(verified: RustPasswordVerified) {
    /** The verification record's token. Whoever holds it and is signed in as the user may use it. */
    public val record: String = verified.record

    /** Unix seconds. */
    public val expiresAt: Long = verified.expiresAt

    /** The stored hash is of an older form: replace it by a new one of the same password. */
    public val needsRehash: Boolean = verified.needsRehash

    /** Whether attempts were counted. */
    public val limits: Limits = limits(verified.limits)

    override fun toString(): String =
        "PasswordVerified(expiresAt=$expiresAt, needsRehash=$needsRehash, limits=$limits)"
}

/** A code to hand to the mail or SMS provider now. */
public class CodeSent internal constructor(
    private val drawn: CodeDrawn,
    private val counters: CounterStore,
) {
    /** The challenge's token, for the client; it comes back with the code. */
    public val challenge: String
        get() = drawn.challenge

    /** Unix seconds. */
    public val expiresAt: Long
        get() = drawn.expiresAt

    /** The code, for the message and for nothing else. */
    public val code: String
        get() = drawn.code

    /**
     * For the link "this was not me" in the message: [Verifier.revokeByLink] takes it, and it is good for
     * nothing else. Put it into the fragment of a page's address, and revoke when the user says so: mail
     * scanners open every link.
     */
    public val revocation: String
        get() = drawn.revocation

    /** What the record will be good for; it names the message's template. */
    public val purpose: Purpose
        get() = drawn.purpose

    /** Whether sends were counted. */
    public val limits: Limits
        get() = drawn.limits

    /**
     * Gives the send back to the recipient's budget, once, where the provider did not take the message.
     *
     * @throws SekishoException [ErrorCode.COUNTER_STORE_FAILED].
     */
    public suspend fun cancel(): Unit = drive(counters, drawn.cancel())

    override fun toString(): String = "CodeSent(expiresAt=$expiresAt, limits=$limits)"
}

/** A code to hand to the mail or SMS provider now, in the step form. */
public class CodeDrawn internal constructor(sent: RustCodeSent) {
    private val cancellation: SendCancellation = sent.cancellation

    /** The challenge's token, for the client; it comes back with the code. */
    public val challenge: String = sent.challenge

    /** Unix seconds. */
    public val expiresAt: Long = sent.expiresAt

    /** The code, for the message and for nothing else. */
    public val code: String = sent.code

    /**
     * For the link "this was not me" in the message: [Verifier.revokeByLink] takes it, and it is good for
     * nothing else. Put it into the fragment of a page's address, and revoke when the user says so: mail
     * scanners open every link.
     */
    public val revocation: String = sent.revocation

    /** What the record will be good for; it names the message's template. */
    public val purpose: Purpose = Purpose.entries[sent.purpose.ordinal]

    /** Whether sends were counted. */
    public val limits: Limits = limits(sent.limits)

    /** Gives the send back to the recipient's budget, once. Without counters there is nothing to give. */
    public fun cancel(): Flow<Unit> = flow(cancellation.cancel())

    override fun toString(): String = "CodeDrawn(expiresAt=$expiresAt, limits=$limits)"
}

/** The record meets the requirement. */
public data class Accepted(
    /** The record's id, 32 hexadecimal digits. */
    val id: String,
    /** How the user proved who they are. */
    val method: Method,
    /** What the record is good for. */
    val purpose: Purpose,
    /** Unix seconds. */
    val issuedAt: Long,
    /** Unix seconds. */
    val expiresAt: Long,
    /** The same use as before, by its idempotency key: answer what was answered then. */
    val repeated: Boolean,
    /** Whether uses were counted. */
    val limits: Limits,
) {
    internal constructor(accepted: RustAccepted) : this(
        accepted.id,
        Method.entries[accepted.method.ordinal],
        Purpose.entries[accepted.purpose.ordinal],
        accepted.issuedAt,
        accepted.expiresAt,
        accepted.repeated,
        limits(accepted.limits),
    )
}

/** Says to whoever holds it which operation was refused, and allows nothing. */
public class ResumeHandle internal constructor(issued: RustResumeHandle) {
    /** The text, for the client; it comes back with the request for a verification. */
    public val handle: String = issued.handle

    /** Unix seconds. */
    public val expiresAt: Long = issued.expiresAt

    override fun toString(): String = "ResumeHandle(expiresAt=$expiresAt)"
}

private fun limits(limits: RustLimits): Limits = Limits.entries[limits.ordinal]
