package accountapi.dev

import accountapi.AccountPolicy
import accountapi.App
import accountapi.JSON
import accountapi.Paths
import accountapi.Problem
import accountapi.User
import accountapi.answer
import accountapi.answerNothing
import accountapi.readJson
import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.node.ObjectNode
import com.fasterxml.jackson.module.kotlin.treeToValue
import io.ktor.http.HttpMethod
import io.ktor.server.application.ApplicationCall
import java.util.UUID
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import sekisho.Environment
import sekisho.Identifier
import sekisho.KeyRing
import sekisho.MemoryCounters
import sekisho.SekishoException
import sekisho.canonical

/** A century in seconds: far enough for any test. */
private const val MAX_ADVANCE = 100L * 366 * 86_400

/** The control surface: users, tokens, outbox, clock and policy. */
fun Paths.control(app: App) {
    on(HttpMethod.Post, "/dev/users") { addUser(app, it) }
    on(HttpMethod.Post, "/dev/tokens") { call ->
        val asked = JSON.treeToValue<NewToken>(readJson(call))
        call.answer(201, mapOf("accessToken" to mint(SECRET, app.clock.seconds(), asked)))
    }
    on(HttpMethod.Get, "/dev/outbox") { call ->
        call.answer(200, (app.delivery as Outbox).to(call.request.queryParameters["to"]))
    }
    on(HttpMethod.Post, "/dev/clock") { advanceClock(app, it) }
    on(HttpMethod.Patch, "/dev/policy") { changePolicy(app, it) }
    on(HttpMethod.Post, "/dev/reset") { reset(app, it) }
}

private data class NewUser(
    val username: String? = null,
    val primaryEmail: String? = null,
    val primaryPhone: String? = null,
    val password: String? = null,
    val passwordHash: String? = null,
    val suspended: Boolean? = null,
)

private data class Advance(val advance: Long)

private suspend fun addUser(app: App, call: ApplicationCall) {
    val asked = JSON.treeToValue<NewUser>(readJson(call))
    asked.primaryEmail?.let { canonical(Identifier.email(it)) }
    asked.primaryPhone?.let { canonical(Identifier.phone(it)) }
    val hash = asked.password?.let { withContext(Dispatchers.Default) { app.passwords.hash(it) } }
    val now = app.clock.millis()
    val user =
        User(
            UUID.randomUUID().toString(),
            asked.username,
            asked.primaryEmail,
            asked.primaryPhone,
            name = null,
            hash ?: asked.passwordHash,
            asked.suspended == true,
            createdAt = now,
            updatedAt = now,
            lastSignInAt = null,
        )
    app.users.add(user)
    call.answer(201, mapOf("id" to user.id))
}

private suspend fun advanceClock(app: App, call: ApplicationCall) {
    val asked = JSON.treeToValue<Advance>(readJson(call)).advance
    if (asked < 0) throw Problem.invalidInput("advance is below zero")
    app.clock.advanced.updateAndGet { minOf(it + minOf(asked, MAX_ADVANCE), MAX_ADVANCE) }
    call.answer(200, mapOf("now" to app.clock.seconds()))
}

private suspend fun changePolicy(app: App, call: ApplicationCall) {
    val policy = JSON.treeToValue<AccountPolicy>(merged(JSON.valueToTree(app.policy), readJson(call)))
    try {
        app.verifier = app.makeVerifier(policy)
    } catch (error: SekishoException) {
        throw Problem.invalidInput(error.message)
    }
    app.policy = policy
    call.answer(200, policy)
}

/** All as at start. */
private suspend fun reset(app: App, call: ApplicationCall) {
    app.users.clear()
    app.clock.advanced.set(0)
    app.policy = AccountPolicy()
    app.keys = KeyRing.generate(Environment.DEVELOPMENT)
    app.counters = MemoryCounters(app.clock)
    app.verifier = app.makeVerifier(app.policy)
    app.delivery = Outbox()
    call.answerNothing()
}

/** RFC 7396; what a policy does not have, its classes refuse. */
private fun merged(base: JsonNode, patch: JsonNode): JsonNode {
    if (base !is ObjectNode || patch !is ObjectNode) return patch
    for ((name, value) in patch.properties()) {
        base.set<JsonNode>(name, base[name]?.let { merged(it, value) } ?: value)
    }
    return base
}
