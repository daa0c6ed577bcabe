package accountapi

import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.install
import io.ktor.server.plugins.statuspages.StatusPages
import io.ktor.server.request.httpMethod
import io.ktor.server.request.path
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.routing.IgnoreTrailingSlash
import io.ktor.server.routing.RoutingContext
import io.ktor.server.routing.route
import io.ktor.server.routing.routing

private const val METHODS = "GET,HEAD,PUT,POST,DELETE,PATCH"

/** Serves the contract's paths, and those of [control], which need no access token. */
fun Application.service(app: App, control: Paths.() -> Unit = {}) {
    install(IgnoreTrailingSlash)
    install(CrossOrigin)
    install(StatusPages) { exception<Throwable> { call, thrown -> call.answer(Problem.of(thrown)) } }
    val paths = Paths()
    paths.verifications(app)
    paths.myAccount(app)
    paths.transfers(app)
    paths.control()
    routing {
        paths.handlers.forEach { (path, byMethod) ->
            byMethod.forEach { (method, handle) -> route(path, method) { handle(handle) } }
        }
        route("{...}") { handle { throw nothingThere(paths, call) } }
    }
}

/** What is served where. */
class Paths {
    val handlers = mutableMapOf<String, MutableMap<HttpMethod, suspend RoutingContext.() -> Unit>>()

    fun on(method: HttpMethod, path: String, handle: suspend (ApplicationCall) -> Unit) {
        handlers.getOrPut(path, ::mutableMapOf)[method] = { handle(call) }
    }

    /** A path of the contract, for signed-in users. */
    fun of(app: App, method: HttpMethod, path: String, handle: suspend (ApplicationCall, Caller) -> Unit): Unit =
        on(method, path) { call -> handle(call, authenticate(app, call)) }
}

/** No such path, or not by this method. */
private fun nothingThere(paths: Paths, call: ApplicationCall): Problem {
    val methods = paths.handlers[call.request.path().trimEnd('/')]?.keys ?: return Problem.of(Refusal.PATH_NOT_FOUND)
    val allow = mapOf("Allow" to methods.map(HttpMethod::value).sorted().joinToString(","))
    return Problem.of(Refusal.METHOD_NOT_ALLOWED, headers = allow)
}

private suspend fun ApplicationCall.answer(problem: Problem) {
    problem.headers.forEach { (name, value) -> response.header(name, value) }
    answer(problem.status, problem.body)
}

/** Cross-origin requests (Fetch standard): any origin may call, none with cookies. */
private val CrossOrigin =
    createApplicationPlugin("CrossOrigin") {
        onCall { call ->
            val headers = call.response.headers
            headers.append(HttpHeaders.AccessControlAllowOrigin, call.request.headers[HttpHeaders.Origin] ?: "*")
            headers.append(HttpHeaders.AccessControlExposeHeaders, "*")
            headers.append(HttpHeaders.Vary, HttpHeaders.Origin)
            if (call.request.httpMethod == HttpMethod.Options) preflight(call)
        }
    }

/** Answered without a token. */
private suspend fun preflight(call: ApplicationCall) {
    call.response.header(HttpHeaders.AccessControlAllowMethods, METHODS)
    val requested = call.request.headers[HttpHeaders.AccessControlRequestHeaders]
    if (!requested.isNullOrEmpty()) {
        call.response.header(HttpHeaders.AccessControlAllowHeaders, requested)
        call.response.headers.append(HttpHeaders.Vary, HttpHeaders.AccessControlRequestHeaders)
    }
    call.respond(HttpStatusCode.NoContent)
}
