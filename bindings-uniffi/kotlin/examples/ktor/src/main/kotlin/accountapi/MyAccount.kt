package accountapi

import com.nulabinc.zxcvbn.StandardDictionaries
import io.ktor.http.HttpMethod
import io.ktor.server.application.ApplicationCall
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import sekisho.ErrorCode
import sekisho.Identifier
import sekisho.PasswordAcceptance
import sekisho.PasswordRejection
import sekisho.SekishoException

/** The body field of a new-identifier record. */
private const val PROOF = "newIdentifierVerificationRecordId"

/** Made when the first new password comes; shorter ones are rejected for their length. */
private val ACCEPTANCE by lazy {
    val common = StandardDictionaries.PASSWORDS_LOADER.load().frequencies.filter { it.length >= 8 }
    PasswordAcceptance(common.joinToString("\n"))
}

/** The user's own account: what of it is seen, and how it changes. */
fun Paths.myAccount(app: App) {
    of(app, HttpMethod.Get, "/api/my-account", ::showAccount)
    of(app, HttpMethod.Head, "/api/my-account", ::showAccount)
    of(app, HttpMethod.Post, "/api/my-account/password", ::setPassword)
    for (type in Identifier.Type.entries) {
        val path = "/api/my-account/primary-${type.name.lowercase()}"
        of(app, HttpMethod.Post, path) { call, caller -> setIdentifier(call, caller, type) }
        of(app, HttpMethod.Delete, path) { call, caller -> removeIdentifier(call, caller, type) }
    }
}

/** The account, as the token's scopes and the field policy let it be seen. */
private suspend fun showAccount(call: ApplicationCall, caller: Caller) {
    val (fields, scopes) = caller.app.policy.fields to caller.token.scopes
    val user = caller.user()
    val isOfProfile = "profile" in scopes
    val shown =
        listOf(
            Triple("id", true, user.id),
            Triple("username", isOfProfile, user.username),
            Triple("name", isOfProfile, user.name),
            Triple("primaryEmail", "email" in scopes && fields.email != Access.Off, user.primaryEmail),
            Triple("primaryPhone", "phone" in scopes && fields.phone != Access.Off, user.primaryPhone),
            Triple("hasPassword", isOfProfile && fields.password != Access.Off, user.passwordHash != null),
            Triple("hasSecurityVerificationMethod", true, user.canVerify),
            Triple("createdAt", isOfProfile, user.createdAt),
            Triple("updatedAt", isOfProfile, user.updatedAt),
            Triple("lastSignInAt", isOfProfile, user.lastSignInAt),
        )
    call.answer(200, shown.filter { it.second }.associate { it.first to it.third })
}

/** A new password. A user who has nothing to verify with gets their first one without a record. */
private suspend fun setPassword(call: ApplicationCall, caller: Caller) {
    val app = caller.app
    val body = Body.read(call)
    val typed = body.text("password")
    body.end()
    caller.requireFirstParty()
    val user = caller.activeUser()
    if (user.canVerify) requirePermission(call, caller)
    requireEditable(app.policy.fields.password)
    val hash = withContext(Dispatchers.Default) { newHash(app, user, typed) }
    val change = if (user.canVerify) app.users::setPasswordHash else app.users::setFirstPasswordHash
    if (change(user.id, hash, app.clock.millis())) return call.answerNothing()
    // Another request, meanwhile, has removed the user or made theirs the first password.
    caller.user()
    throw Problem.permissionDenied()
}

private suspend fun setIdentifier(call: ApplicationCall, caller: Caller, type: Identifier.Type) {
    val app = caller.app
    val body = Body.read(call)
    val identifier = if (type == Identifier.Type.EMAIL) body.email("email") else body.phone("phone")
    val proof = body.id(PROOF)
    body.end()
    check(call, caller, type)
    app.policy.admitNew(identifier)
    requireProof(caller, proof, identifier)
    val isSet = app.users.setIdentifier(caller.token.subject, identifier, app.clock.millis())
    if (!isSet) throw Problem.of(Refusal.USER_NOT_FOUND)
    call.answerNothing()
}

private suspend fun removeIdentifier(call: ApplicationCall, caller: Caller, type: Identifier.Type) {
    val app = caller.app
    check(call, caller, type)
    val isRemoved = app.users.removeIdentifier(caller.token.subject, type, app.clock.millis())
    if (!isRemoved) throw Problem.of(Refusal.LAST_SIGN_IN_METHOD)
    call.answerNothing()
}

/** The checks before any change of an identifier, in the contract's order. */
private suspend fun check(call: ApplicationCall, caller: Caller, type: Identifier.Type) {
    val fields = caller.app.policy.fields
    caller.activeUser()
    requirePermission(call, caller)
    requireEditable(if (type == Identifier.Type.EMAIL) fields.email else fields.phone)
    caller.requireScope(type.name.lowercase())
    caller.requireFirstParty()
}

private fun newHash(app: App, user: User, typed: String): String {
    val rejections = judge(app, user, typed)
    if (rejections.isNotEmpty()) throw Problem.passwordRejected(rejections)
    if (isTheOldOne(app, user, typed)) throw Problem.of(Refusal.SAME_PASSWORD)
    return app.passwords.hash(typed)
}

private fun judge(app: App, user: User, typed: String): List<PasswordRejection> {
    val ownData = listOfNotNull(user.username, user.name, user.primaryEmail, user.primaryPhone)
    return try {
        ACCEPTANCE.judge(typed, ownData, app.policy.passwordWords)
    } catch (error: SekishoException) {
        // It is not empty, so it is longer than any password.
        if (error.code == ErrorCode.PASSWORD_INVALID) listOf(PasswordRejection.TOO_LONG) else throw error
    }
}

private val UNUSABLE =
    setOf(ErrorCode.PASSWORD_HASH_INVALID, ErrorCode.PASSWORD_HASH_TOO_COSTLY, ErrorCode.PEPPER_UNKNOWN)

private fun isTheOldOne(app: App, user: User, typed: String): Boolean {
    val old = user.passwordHash ?: return false
    return try {
        app.passwords.verify(typed, old).matches
    } catch (error: SekishoException) {
        // A hash that cannot be used is no obstacle to a new one.
        if (error.code in UNUSABLE) false else throw error
    }
}
