package accountapi

import io.ktor.http.HttpHeaders
import io.ktor.server.application.ApplicationCall
import sekisho.Presentation
import sekisho.Requirement

/** The signed-in user of a request. */
class Caller(
    val app: App,
    val token: AccessToken,
) {
    /** Turns away the clients that are not the operator's own. */
    fun requireFirstParty() {
        if (!token.isFirstParty) throw Problem.of(Refusal.THIRD_PARTY_FORBIDDEN)
    }

    /** Turns away tokens without the scope that a field needs. */
    fun requireScope(scope: String) {
        if (scope in token.scopes) return
        throw Problem.of(Refusal.SCOPE_MISSING, details = "It needs the scope $scope, beside openid.")
    }

    /** The caller's account. */
    suspend fun user(): User = app.users.user(token.subject) ?: throw Problem.of(Refusal.USER_NOT_FOUND)

    /** The caller's account, where it may change anything. */
    suspend fun activeUser(): User = user().also { if (it.suspended) throw Problem.of(Refusal.USER_SUSPENDED) }

    /** Shows a record for this request. */
    fun presentation(record: String, requirement: Requirement): Presentation =
        Presentation(token.subject, record, requirement, session = token.session)
}

/**
 * Who is calling: the first check of every request. Nobody gets through without a valid token: who has none
 * learns nothing about their body.
 */
suspend fun authenticate(app: App, call: ApplicationCall): Caller {
    val token = app.tokens.check(bearerToken(call), app.clock.seconds())
    if ("openid" !in token.scopes) throw Problem.of(Refusal.FORBIDDEN)
    if (!app.policy.enabled) throw Problem.of(Refusal.ACCOUNT_API_NOT_ENABLED)
    return Caller(app, token)
}

/** Refuses a change to a field that users may not change. */
fun requireEditable(access: Access) {
    if (access != Access.Edit) throw Problem.of(Refusal.FIELD_NOT_EDITABLE)
}

/** The token of `Authorization: Bearer TOKEN` (RFC 6750 §2.1); the scheme in any case (RFC 9110 §11.1). */
private fun bearerToken(call: ApplicationCall): String {
    val header = call.request.headers[HttpHeaders.Authorization].orEmpty().trim()
    if (header.isEmpty()) throw Problem.of(Refusal.AUTHORIZATION_HEADER_MISSING)
    val scheme = header.substringBefore(' ')
    if (!scheme.equals("Bearer", ignoreCase = true)) {
        throw Problem.of(Refusal.TOKEN_TYPE_NOT_SUPPORTED, data = mapOf("supportedTypes" to listOf("Bearer")))
    }
    return header.substringAfter(' ', "").trim()
}
