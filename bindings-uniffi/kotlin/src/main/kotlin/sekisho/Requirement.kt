package sekisho

import sekisho.internal.Method as RustMethod
import sekisho.internal.Purpose as RustPurpose
import sekisho.internal.Requirement as RustRequirement
import sekisho.internal.fromChallenge as rustFromChallenge
import sekisho.internal.purposeOfCode as rustPurposeOfCode
import sekisho.internal.toChallenge as rustToChallenge

/** How the user proved who they are. */
public enum class Method(
    /** The text form. */
    public val text: String,
) {
    /** By the password. */
    PASSWORD("password"),

    /** By a code sent to an e-mail address. */
    EMAIL_CODE("email_code"),

    /** By a code sent to a phone number. */
    PHONE_CODE("phone_code"),
    ;

    internal fun lower(): RustMethod = RustMethod.entries[ordinal]
}

/** What a verification is good for; Logto's `templateType`. Only the first is a permission. */
public enum class Purpose(
    /** The text form. */
    public val text: String,
) {
    /** Doing what needs a verification. */
    USER_PERMISSION_VALIDATION("UserPermissionValidation"),

    /** Proving that a new identifier is the user's. */
    BIND_NEW_IDENTIFIER("BindNewIdentifier"),

    /** Setting up another factor. */
    BIND_MFA("BindMfa"),
    ;

    internal fun lower(): RustPurpose = RustPurpose.entries[ordinal]
}

/** What an operation demands of a record. What is not given is as for a permission by any method. */
public data class Requirement
    @JvmOverloads
    constructor(
        /** The methods that are enough, each by itself. */
        val methods: List<Method>? = null,
        /** What the record must be good for. */
        val purpose: Purpose? = null,
        /** The greatest age of the verification in seconds; if not given, until the record expires. */
        val maxAge: Long? = null,
        /** The record must be bound to the session of the request. */
        val sameSession: Boolean = false,
        /** The record must be for this identifier, character by character. */
        val identifier: Identifier? = null,
        /** The record is used up. */
        val singleUse: Boolean = false,
    ) {
        internal fun lower(): RustRequirement =
            RustRequirement(
                methods?.map(Method::lower),
                purpose?.lower(),
                maxAge,
                sameSession,
                identifier?.lower(),
                singleUse,
            )
    }

/** What an RFC 9470 challenge asks for. */
public data class AskedVerification(
    /** The methods that are enough, each by itself. */
    val methods: List<Method>,
    /** The greatest age of the verification in seconds. */
    val maxAge: Long?,
)

/**
 * The value of `WWW-Authenticate` that tells a client which verification it needs (RFC 9470 §3).
 *
 * @throws SekishoException [ErrorCode.REQUIREMENT_INVALID] for an age below zero.
 */
@JvmOverloads
public fun toChallenge(requirement: Requirement = Requirement()): String =
    refusals { rustToChallenge(requirement.lower()) }

/**
 * Reads such a value, for clients.
 *
 * @throws SekishoException [ErrorCode.REQUIREMENT_INVALID] where it asks for no verification known here.
 */
public fun fromChallenge(wwwAuthenticate: String): AskedVerification {
    val asked = refusals { rustFromChallenge(wwwAuthenticate.wellFormed()) }
    return AskedVerification(asked.methods.map { Method.entries[it.ordinal] }, asked.maxAge)
}

/**
 * What a code that goes there will be good for: a permission (or what was asked) for the user's own
 * identifiers, and for any other a proof that it is theirs.
 *
 * @throws SekishoException [ErrorCode.IDENTIFIER_INVALID].
 */
@JvmOverloads
public fun purposeOfCode(to: Identifier, own: Collection<Identifier>, asked: Purpose? = null): Purpose {
    val purpose = refusals { rustPurposeOfCode(to.lower(), own.map(Identifier::lower), asked?.lower()) }
    return Purpose.entries[purpose.ordinal]
}
