package sekisho

import java.io.File
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.nio.file.Files
import java.util.concurrent.TimeUnit

/** A Redis of its own that keeps nothing on disk. */
class RedisServer private constructor(val port: Int, private val process: Process, private val folder: File) :
    AutoCloseable {
        override fun close() {
            process.destroy()
            if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly()
            folder.deleteRecursively()
        }

        private fun awaitAnswer() {
            repeat(START_SECONDS.toInt() * 20) {
                check(process.isAlive) { folder.resolve("log").readText() }
                if (runCatching { Socket("127.0.0.1", port).close() }.isSuccess) return
                Thread.sleep(50)
            }
            error(folder.resolve("log").readText())
        }

        companion object {
            private const val START_SECONDS = 20L

            fun start(): RedisServer {
                val port = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort }
                val folder = Files.createTempDirectory("sekisho-redis").toFile()
                val options = listOf("--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "$folder")
                val process =
                    ProcessBuilder(listOf(program(), "--port", "$port") + options).redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log")).start()
                return RedisServer(port, process, folder).apply { awaitAnswer() }
            }

            private fun program(): String {
                val folders = System.getenv("PATH").split(File.pathSeparator)
                val names = listOf("redis-server", "valkey-server")
                val found = names.flatMap { name -> folders.map { File(it, name) } }.firstOrNull(File::canExecute)
                return checkNotNull(found) { "there is no redis-server: sh tests/setup/redis.sh installs it" }.path
            }
        }
    }
