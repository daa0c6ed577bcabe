package accountapi

import accountapi.dev.control
import accountapi.dev.development
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import kotlin.system.exitProcess
import kotlinx.coroutines.awaitCancellation

private const val USAGE = "usage: java -jar account-api.jar [--dev] [--listen 127.0.0.1:3001]"

/** `--dev` keeps everything in memory and has the control surface; port 0 takes a free one. */
suspend fun main(arguments: Array<String>) {
    val (host, port) = address(arguments.toList())
    val server =
        if ("--dev" in arguments) {
            val app = development()
            embeddedServer(Netty, port, host) { service(app) { control(app) } }
        } else {
            val app = production()
            embeddedServer(Netty, port, host) { service(app) }
        }
    server.start(wait = false)
    val listening = server.engine.resolvedConnectors().single()
    println("http://${listening.host}:${listening.port}")
    awaitCancellation()
}

private fun address(arguments: List<String>): Pair<String, Int> {
    val rest = (arguments - "--dev").ifEmpty { listOf("--listen", "127.0.0.1:3001") }
    val (option, value) = rest.takeIf { it.size == 2 } ?: fail(USAGE)
    val port = value.substringAfterLast(':').toIntOrNull()
    if (option != "--listen" || port !in 0..65_535) fail(USAGE)
    return value.substringBeforeLast(':') to port!!
}

fun fail(message: String): Nothing {
    System.err.println(message)
    exitProcess(2)
}
