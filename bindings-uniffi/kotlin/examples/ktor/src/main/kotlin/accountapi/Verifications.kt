package accountapi

import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import io.ktor.http.parseAndSortHeader
import io.ktor.server.application.ApplicationCall
import java.time.Instant
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.slf4j.LoggerFactory
import sekisho.CodeCheck
import sekisho.CodeSend
import sekisho.CodeSent
import sekisho.Identifier
import sekisho.Method
import sekisho.PasswordCheck
import sekisho.Purpose
import sekisho.SekishoException
import sekisho.purposeOfCode

private val log = LoggerFactory.getLogger("accountapi.verifications")
private val ISO_8601 = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC)

/** Verifying who the user is: by password, or by a code. */
fun Paths.verifications(app: App) {
    of(app, HttpMethod.Post, "/api/verifications/password", ::verifyPassword)
    of(app, HttpMethod.Post, "/api/verifications/password/verify", ::verifyPassword)
    of(app, HttpMethod.Post, "/api/verifications/verification-code", ::sendCode)
    of(app, HttpMethod.Post, "/api/verifications/verification-code/verify", ::checkCode)
}

/** Checks the password of the token's own user. */
private suspend fun verifyPassword(call: ApplicationCall, caller: Caller) {
    val (app, token) = caller.app to caller.token
    val body = Body.read(call)
    val password = body.password("password")
    val asked = Asked.read(body)
    caller.requireFirstParty()
    val user = caller.user()
    asked.checkHandle(caller, Method.PASSWORD)
    val operation = asked.approval?.operation
    val check = PasswordCheck(token.subject, password, user.passwordHash, token.session, operation)
    val verified = app.verifier.checkPassword(app.counters, check, app.clock.seconds())
    // Only now: who does not know the password learns nothing about the account.
    if (user.suspended) throw Problem.of(Refusal.USER_SUSPENDED)
    issued(call, verified.record, verified.expiresAt)
    // After the answer, which does not wait for it.
    if (verified.needsRehash) call.application.launch { rewriteHash(app, user, password) }
}

/** Sends a code. */
private suspend fun sendCode(call: ApplicationCall, caller: Caller) {
    val (app, token) = caller.app to caller.token
    val body = Body.read(call)
    val to = body.identifier("identifier")
    val template = body.template("templateType")
    val asked = Asked.read(body)
    caller.requireFirstParty()
    val user = caller.activeUser()
    val purpose = purposeOfCode(to, user.identifiers, template)
    asked.checkPurpose(purpose)
    asked.checkHandle(caller, if (to.type == Identifier.Type.EMAIL) Method.EMAIL_CODE else Method.PHONE_CODE)
    if (purpose == Purpose.BIND_NEW_IDENTIFIER) app.policy.admitNew(to)
    val send = CodeSend(token.subject, to, purpose, token.session, asked.approval?.operation)
    val sent = app.verifier.sendCode(app.counters, send, app.clock.seconds())
    val (language, lifetime) = locale(call) to app.policy.code.expirationDuration
    val approved = asked.approval?.sentences?.getValue(language)
    deliver(app, sent, Message(to, purpose, sent.code, lifetime, language, approved))
    issued(call, sent.challenge, sent.expiresAt)
}

/** Checks a code. */
private suspend fun checkCode(call: ApplicationCall, caller: Caller) {
    val (app, token) = caller.app to caller.token
    val body = Body.read(call)
    val to = body.identifier("identifier")
    val challenge = body.id("verificationId")
    val code = body.textOrEmpty("code")
    body.end()
    caller.requireFirstParty()
    caller.activeUser()
    val check = CodeCheck(token.subject, to, challenge, code, token.session)
    val verified = app.verifier.checkCode(app.counters, check, app.clock.seconds())
    call.answer(200, mapOf("verificationRecordId" to verified.record))
}

private suspend fun issued(call: ApplicationCall, record: String, expiresAt: Long) {
    val shown = ISO_8601.format(Instant.ofEpochSecond(expiresAt))
    call.answer(201, mapOf("verificationRecordId" to record, "expiresAt" to shown))
}

/** A message that nobody took does not count against its recipient. */
private suspend fun deliver(app: App, sent: CodeSent, message: Message) {
    val providers = app.policy.providers
    val isOn = if (message.to.type == Identifier.Type.EMAIL) providers.email else providers.sms
    try {
        if (!isOn) throw Problem.of(Refusal.CONNECTOR_NOT_FOUND)
        app.delivery.send(message)
    } catch (problem: Problem) {
        try {
            sent.cancel()
        } catch (cause: SekishoException) {
            log.error("a send that failed stays counted: {}", cause.code.text)
        }
        throw problem
    }
}

/** The language that the request wants most of those there are (RFC 4647 §3.4). */
private fun locale(call: ApplicationCall): String {
    val wanted = parseAndSortHeader(call.request.headers[HttpHeaders.AcceptLanguage]).filter { it.quality > 0 }
    return wanted.map { it.value.substringBefore('-').lowercase() }.find { it in LOCALES } ?: LOCALES.first()
}

/** Replaces a hash of an older form by one of today's. */
private suspend fun rewriteHash(app: App, user: User, typed: String) {
    val old = user.passwordHash ?: return
    try {
        val hash = withContext(Dispatchers.Default) { app.passwords.hash(typed) }
        app.users.rewritePasswordHash(user.id, old, hash)
    } catch (cause: SekishoException) {
        log.error("a password hash of an older form was not rewritten", cause)
    } catch (cause: Problem) {
        log.error("a password hash of an older form was not rewritten", cause)
    }
}
