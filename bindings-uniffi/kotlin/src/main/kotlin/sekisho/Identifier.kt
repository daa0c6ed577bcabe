package sekisho

import sekisho.internal.Identifier as RustIdentifier
import sekisho.internal.canonical as rustCanonical

/** Where a code goes. Two are equal if they are equal character by character. */
public data class Identifier(
    /** What it is. */
    val type: Type,
    /** An e-mail address, or a phone number in digits, the country code first, no `+`. */
    val value: String,
) {
    /** What an identifier is. */
    public enum class Type {
        /** An e-mail address: `something@something.something`, the domain in ASCII, at most 256 characters. */
        EMAIL,

        /** A phone number: 1 to 15 digits, the country code first, no `+`. */
        PHONE,
    }

    internal fun lower(): RustIdentifier =
        when (type) {
            Type.EMAIL -> RustIdentifier.Email(value.wellFormed())
            Type.PHONE -> RustIdentifier.Phone(value.wellFormed())
        }

    /** Makes identifiers. */
    public companion object {
        /** An e-mail address: `something@something.something`, the domain in ASCII. */
        @JvmStatic
        public fun email(address: String): Identifier = Identifier(Type.EMAIL, address)

        /** A phone number: 1 to 15 digits, the country code first, no `+`. */
        @JvmStatic
        public fun phone(digits: String): Identifier = Identifier(Type.PHONE, digits)
    }
}

/**
 * The form under which different spellings of one recipient are the same: what a unique index holds.
 *
 * @throws SekishoException [ErrorCode.IDENTIFIER_INVALID] for what is no e-mail address or phone number.
 */
public fun canonical(identifier: Identifier): String = refusals { rustCanonical(identifier.lower()) }
