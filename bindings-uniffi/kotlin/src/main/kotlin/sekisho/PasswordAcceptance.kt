package sekisho

import sekisho.internal.PasswordAcceptance as RustPasswordAcceptance

/** Why a new password is not acceptable. */
public enum class PasswordRejection(
    /** The stable text form: Logto's code. */
    public val text: String,
) {
    /** It has fewer than 8 characters. */
    TOO_SHORT("password_rejected.too_short"),

    /** It has more than 256 characters. */
    TOO_LONG("password_rejected.too_long"),

    /** It is little else than a character, or up to four characters, over and over. */
    REPETITION("password_rejected.restricted.repetition"),

    /** It is little else than a sequence such as `12345678`, `fedcba` or `qwerty`. */
    SEQUENCE("password_rejected.restricted.sequence"),

    /** It contains the user's own data. */
    USER_INFO("password_rejected.restricted.user_info"),

    /** It contains a word that the operator rejects. */
    WORDS("password_rejected.restricted.words"),

    /** It has leaked or is common. */
    GUESSABLE("password_rejected.pwned"),
}

/**
 * Whether new passwords are good enough.
 *
 * @param leaked passwords that have leaked or are common, one a line, in whatever case.
 */
public class PasswordAcceptance private constructor(private val rust: RustPasswordAcceptance) : AutoCloseable by rust {
    @JvmOverloads
    public constructor(leaked: String = "") : this(refusals { RustPasswordAcceptance(leaked.searchable()) })

    /**
     * Judges a new password: every reason why it is not acceptable, none where it is.
     *
     * It has 8 to 256 characters, is not little else than repetition or sequence, has none of the user's
     * own data and of the operator's words in it, and is not on the list of leaked ones. How guessable it
     * is otherwise is not estimated.
     *
     * @param ownData what the user is known by: username, names, e-mail address, phone number.
     * @param words the operator's words, such as the name of the service, of 4 characters or more.
     * @throws SekishoException [ErrorCode.PASSWORD_INVALID] for one that is empty or longer than 4096 bytes.
     */
    @JvmOverloads
    public fun judge(
        password: String,
        ownData: Collection<String> = emptyList(),
        words: Collection<String> = emptyList(),
    ): List<PasswordRejection> {
        val (own, others) = listOf(ownData, words).map { it.map(String::searchable) }
        val rejections = refusals { rust.judge(password.wellFormed(), own, others) }
        return rejections.map { PasswordRejection.entries[it.ordinal] }
    }
}
