package accountapi

import sekisho.CodePolicy
import sekisho.FailurePolicy
import sekisho.Identifier
import sekisho.Policy
import sekisho.SekishoException
import sekisho.canonical

/** The shortest word that is looked for in a password. */
private const val MIN_WORD_CHARACTERS = 4

/** What a user may do with a field: neither see nor change it, see it, or both. */
enum class Access { Off, ReadOnly, Edit }

data class Fields(
    val email: Access = Access.Edit,
    val phone: Access = Access.Edit,
    val password: Access = Access.Edit,
)

/** The failure within an hour that blocks, and for how long. */
data class Lockout(
    val maxAttempts: Int = 100,
    val lockoutMinutes: Int = 60,
)

/** Seconds a code is good, and wrong codes for one message. */
data class Code(
    val expirationDuration: Long = 600,
    val maxRetryAttempts: Int = 10,
)

/** Which channels deliver codes. A channel that is on still needs a provider. */
data class Providers(
    val email: Boolean = true,
    val sms: Boolean = true,
)

/**
 * The account policy: which fields may change, how many attempts there are, who gets messages. One shape for
 * the variable `SEKISHO_POLICY` and for dev mode's `PATCH /dev/policy`; the same as the reference server's.
 */
data class AccountPolicy(
    /** Whether the Account API answers at all. */
    val enabled: Boolean = true,
    val fields: Fields = Fields(),
    val lockout: Lockout = Lockout(),
    val code: Code = Code(),
    /** Addresses (`ana@example.com`) and domains (`@example.com`) that no user may take. */
    val emailBlocklist: List<String> = emptyList(),
    /** If not empty, the only addresses and domains that a user may take. */
    val emailAllowlist: List<String> = emptyList(),
    /** Whether a user may take an address such as `ana+shop@example.com`. */
    val emailSubaddressing: Boolean = true,
    /** Words that no new password may contain, of 4 characters or more. */
    val passwordWords: List<String> = emptyList(),
    val providers: Providers = Providers(),
) {
    init {
        for (entry in emailBlocklist + emailAllowlist) {
            require(isEntry(entry)) { "$entry is neither an address nor a domain (example.com; no wildcards)" }
        }
        for (word in passwordWords) {
            val isLong = word.trim().length >= MIN_WORD_CHARACTERS
            require(isLong) { "$word has fewer than $MIN_WORD_CHARACTERS characters" }
        }
    }

    /** The rules' numbers. */
    fun toCore(): Policy =
        Policy(
            code = CodePolicy(lifetime = code.expirationDuration, maxTries = code.maxRetryAttempts),
            failures = FailurePolicy(limit = lockout.maxAttempts, block = lockout.lockoutMinutes * 60L),
        )

    /** Refuses an address that may not become a user's own. Phone numbers always may. */
    fun admitNew(identifier: Identifier) {
        if (identifier.type != Identifier.Type.EMAIL) return
        val address = canonical(identifier)
        val isUnlisted = emailAllowlist.isNotEmpty() && !isOn(emailAllowlist, address)
        if (isUnlisted || isOn(emailBlocklist, address)) throw Problem.of(Refusal.EMAIL_NOT_ALLOWED)
        if ('+' in address.substringBefore('@') && !emailSubaddressing) throw Problem.of(Refusal.SUBADDRESS_NOT_ALLOWED)
    }
}

/** Whether the rules take it for one. */
fun isIdentifier(identifier: Identifier): Boolean =
    try {
        canonical(identifier)
        true
    } catch (_: SekishoException) {
        false
    }

private fun isEntry(entry: String): Boolean {
    val address = if (entry.lastIndexOf('@') > 0) entry else "a@${entry.removePrefix("@")}"
    return '*' !in entry && isIdentifier(Identifier.email(address))
}

/** Whether one of a list is this address, or its domain. */
private fun isOn(entries: List<String>, address: String): Boolean {
    val domain = "@" + address.substringAfterLast('@')
    return entries.map { it.trim().lowercase() }.any { it == address || "@${it.removePrefix("@")}" == domain }
}
