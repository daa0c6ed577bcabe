package accountapi

import sekisho.Identifier
import sekisho.Purpose
import sekisho.Purpose.BIND_MFA
import sekisho.Purpose.BIND_NEW_IDENTIFIER
import sekisho.Purpose.USER_PERMISSION_VALIDATION

/** The languages there are; the first is taken where the request wants none of them. */
val LOCALES = listOf("en", "ja")

/** A code for one recipient, before it is written. */
class Message(
    val to: Identifier,
    val purpose: Purpose,
    val code: String,
    /** Seconds until the code is no longer right. */
    private val lifetime: Long,
    val locale: String,
    /** What is approved by the code, as its user reads it. */
    private val approved: String? = null,
) {
    /** No code in a subject: it shows on locked screens. */
    val subject: String
        get() = SUBJECTS.getValue(locale).getValue(purpose)

    /** The whole text, for mail and text message alike. */
    val text: String
        get() {
            val minutes = lifetime / 60
            val text = TEXTS.getValue(locale).getValue(purpose) + LIFETIMES.getValue(locale)
            val plural = if (minutes == 1L) "" else "s"
            val told = text.replace("{code}", code).replace("{minutes}", "$minutes").replace("{s}", plural)
            return if (approved == null) told else "${APPROVE.getValue(locale)}: $approved\n$told"
        }
}

private val APPROVE = mapOf("en" to "You are asked to approve", "ja" to "承認の対象")

private val SUBJECTS =
    mapOf(
        "en" to
            mapOf(
                USER_PERMISSION_VALIDATION to "Your verification code",
                BIND_NEW_IDENTIFIER to "Confirm your new address",
                BIND_MFA to "Your code for two-step verification",
            ),
        "ja" to
            mapOf(
                USER_PERMISSION_VALIDATION to "確認コードのお知らせ",
                BIND_NEW_IDENTIFIER to "新しいメールアドレスの確認",
                BIND_MFA to "二段階認証の設定コード",
            ),
    )

private val TEXTS =
    mapOf(
        "en" to
            mapOf(
                USER_PERMISSION_VALIDATION to "Your code is {code}, to confirm that it is you.",
                BIND_NEW_IDENTIFIER to "Your code is {code}, to confirm that this address or number is yours.",
                BIND_MFA to "Your code is {code}, to set up two-step verification.",
            ),
        "ja" to
            mapOf(
                USER_PERMISSION_VALIDATION to
                    "コードは {code} です。ご本人であることを確認するため、画面に入力してください。",
                BIND_NEW_IDENTIFIER to
                    "コードは {code} です。この連絡先がご自身のものであることを確認するため、画面に入力してください。",
                BIND_MFA to "コードは {code} です。二段階認証を設定するため、画面に入力してください。",
            ),
    )

private val LIFETIMES =
    mapOf(
        "en" to " It is good for {minutes} minute{s}. Tell it to nobody.",
        "ja" to "有効期間は{minutes}分です。誰にも教えないでください。",
    )
