package sekisho

import io.lettuce.core.RedisClient
import io.lettuce.core.RedisConnectionException
import io.lettuce.core.RedisURI
import java.time.Duration
import java.time.Instant
import java.time.InstantSource
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource

/** What every counter store does. */
class CountersTest {
    @BeforeEach
    fun empty() {
        REDIS.sync().flushall()
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `an addition makes a counter and answers with its value`(store: Store) =
        runBlocking {
            val counters = store.counters()
            val found = counters.add(op("a", 1, 60), op("a", 2, 60), op("b", 0, 60), op("b", 5, 60))
            assertEquals(listOf(1L, 3L, 0L, 5L), found)
            assertEquals(listOf(3L, 5L), counters.add(op("a", 0, 0), op("b", 0, 0)))
        }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `a negative addition makes no counter and takes none below zero`(store: Store) =
        runBlocking {
            val counters = store.counters()
            assertEquals(listOf(0L, 2L, 0L), counters.add(op("a", -1, 60), op("a", 2, 60), op("a", -5, 60)))
            val found = counters.add(op("a", 1, 60), op("a", -(1L shl 52), 0), op("a", 1, 60))
            assertEquals(listOf(1L, 0L, 1L), found)
        }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `large numbers are exact`(store: Store) =
        runBlocking {
            val mark = (1L shl 40) - 1
            val found = store.counters().add(op("a", mark, 60), op("a", mark, 60), op("a", -mark, 0))
            assertEquals(listOf(mark, 2 * mark, mark), found)
        }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `parallel additions are each counted`(store: Store) =
        runBlocking(Dispatchers.Default) {
            val counters = store.counters()
            val found = List(500) { async { counters.add(op("a", 1, 60)).single() } }.awaitAll()
            assertEquals((1L..500L).toList(), found.sorted())
        }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `no addition extends a counter`(store: Store) =
        runBlocking {
            val counters = store.counters()
            assertEquals(listOf(1L), counters.add(op("a", 1, 1)))
            delay(600.milliseconds)
            assertEquals(listOf(2L), counters.add(op("a", 1, 60)))
            delay(600.milliseconds)
            assertEquals(listOf(0L, 1L), counters.add(op("a", 0, 0), op("a", 1, 60)))
        }

    @Test
    fun `memory is freed of what has expired`() =
        runBlocking {
            var now = 0L
            val counters = MemoryCounters(InstantSource { Instant.ofEpochSecond(now) })
            counters.add(List(9_999) { op("$it", 1, 10) })
            now = 10
            assertEquals(listOf(1L), counters.add(op("last", 1, 10)))
            assertEquals(1, counters.size)
        }

    @Test
    fun `keys in Redis have the prefix and expire`() =
        runBlocking {
            RedisCounters(REDIS.async(), "{shop}:").add(op("a", 1, 60))
            assertEquals(listOf("{shop}:a"), REDIS.sync().keys("*"))
            assertTrue(REDIS.sync().ttl("{shop}:a") in 1..60)
        }

    @Test
    fun `a Redis that is down lets nobody through`() {
        val own = RedisServer.start()
        val client = RedisClient.create(RedisURI("127.0.0.1", own.port, Duration.ofSeconds(1)))
        val counters = RedisCounters(client.connect().async())
        val send = CodeSend("user-1", Identifier.email("ana@example.com"))
        val verifier = Verifier(KeyRing.generate(Environment.DEVELOPMENT))
        runBlocking { verifier.sendCode(counters, send) }
        own.close()
        assertThrows(RedisConnectionException::class.java) { client.connect() }
        client.shutdown(Duration.ZERO, Duration.ofSeconds(5))
        val error = assertThrows(SekishoException::class.java) { runBlocking { verifier.sendCode(counters, send) } }
        assertEquals(ErrorCode.COUNTER_STORE_FAILED, error.code)
        assertTrue(error.cause is Exception)
    }
}

private fun op(key: String, delta: Long, ttl: Long) = CounterOp(key, delta, ttl)

private suspend fun CounterStore.add(vararg ops: CounterOp) = add(ops.toList())
