package sekisho

import java.io.IOException
import java.util.concurrent.Executors
import kotlin.coroutines.cancellation.CancellationException
import kotlin.coroutines.coroutineContext
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Stores that fail, threads, cancellation and odd input: what the host brings. */
class HostsTest {
    @Test
    fun `a store that answers nonsense lets nobody through`() {
        val sent = send(MemoryCounters())
        val nonsense = listOf(emptyList(), listOf(1L), List(4) { 0L }, listOf(-1L, 0L, 0L, 1L), List(100) { 1L })
        val ofJava = listOf(null, listOf(1L, null, 0L, 1L), listOf("1", 0L, 0L, 1L), listOf(1, 0, 0, 1))
        for (answer in nonsense + ofJava) {
            @Suppress("UNCHECKED_CAST")
            val store = CounterStore { answer as List<Long> }
            refused(ErrorCode.COUNTER_STORE_FAILED) { VERIFIER.checkCode(store, typed(sent)) }
        }
    }

    @Test
    fun `what a store throws is the cause and not in the text`() {
        val sent = send(MemoryCounters())
        val thrown = listOf(IOException("secret of the store"), CancellationException("secret"), StackOverflowError())
        for (cause in thrown) {
            val store = CounterStore { throw cause }
            val error = refused(ErrorCode.COUNTER_STORE_FAILED) { VERIFIER.checkCode(store, typed(sent)) }
            assertSame(cause, error.cause)
            assertFalse("secret" in error.message!!)
            assertFalse("\n" in error.message!!)
        }
    }

    @Test
    fun `a store runs in the caller's context`() {
        val own = Executors.newSingleThreadExecutor { Thread(it, "own") }.asCoroutineDispatcher()
        val memory = MemoryCounters()
        val seen = mutableSetOf<Pair<String, String?>>()
        val store =
            CounterStore {
                seen += Thread.currentThread().name.substringBefore(' ') to coroutineContext[CoroutineName]?.name
                memory.add(it)
            }
        own.use { runBlocking(it + CoroutineName("request")) { VERIFIER.sendCode(store, CodeSend("user-1", TO)) } }
        assertEquals(setOf<Pair<String, String?>>("own" to "request"), seen)
    }

    @Test
    fun `a check that is cancelled cancels what the store does`() =
        runBlocking {
            val (waits, wasCancelled) = Pair(CompletableDeferred<Unit>(), CompletableDeferred<Unit>())
            val slow =
                CounterStore {
                    waits.complete(Unit)
                    try {
                        awaitCancellation()
                    } finally {
                        wasCancelled.complete(Unit)
                    }
                }
            val sent = send(MemoryCounters())
            val checking = launch { VERIFIER.checkCode(slow, typed(sent)) }
            waits.await()
            checking.cancel()
            checking.join()
            assertTrue(checking.isCancelled)
            withTimeout(5.seconds) { wasCancelled.await() }
        }

    /** A computation of about a second, of which the thread shall not notice a quarter. */
    @Test
    fun `Argon2 does not block the caller's thread`() =
        runBlocking {
            val passwords = PasswordPolicy(memoryKib = 131_072, passes = 8)
            val verifier = Verifier(KEYS, passwords = passwords)
            val ticks = Ticks()
            val ticking = launch { ticks.count() }
            delay(10)
            val begun = System.nanoTime()
            val stored = withContext(Dispatchers.Default) { passwords.hash("correct horse") }
            val took = System.nanoTime() - begun
            verifier.checkPassword(MemoryCounters(), PasswordCheck("user-1", "correct horse", stored))
            val elsewhere = ticks.longest
            // The same on the thread itself is noticed.
            passwords.verify("correct horse", stored)
            delay(10)
            ticking.cancel()
            assertTrue(ticks.longest > took / 2)
            assertTrue(elsewhere < took / 4)
        }

    @Test
    fun `an operation is approved as it is and no other`() {
        val transfer = buildJsonObject { put("amount", "120.00"); put("payee", "Ana 👩") }
        val record = record(Operation(transfer))
        val present = { operation: Operation? ->
            runBlocking { VERIFIER.present(MemoryCounters(), Presentation("user-1", record, operation = operation)) }
        }
        present(Operation("""{ "payee": "Ana \ud83d\udc69", "amount": "120.00" }"""))
        val more = Operation(transfer.toString().replace("120.00", "120.01"))
        for (other in listOf(more, null)) refused(ErrorCode.RECORD_OPERATION_MISMATCH) { present(other) }
        for (operation in noOperations()) {
            refused(ErrorCode.OPERATION_INVALID) { send(MemoryCounters(), operation) }
            refused(ErrorCode.OPERATION_INVALID) { renderMessage("{a}", operation) }
            refused(ErrorCode.OPERATION_INVALID) { VERIFIER.issueResumeHandle("user-1", operation = operation) }
        }
    }

    @Test
    fun `no text does harm`() {
        val odd = listOf("", "\u0000", "\ud800", "x\udc00y", "\udc00\ud800", "x".repeat(70_000), "😀", "\uffff")
        for (text in odd) {
            val to = Identifier.email(text)
            val calls =
                listOf<suspend () -> Any?>(
                    { KeyRing(text) },
                    { KEYS.retire(text, 0) },
                    { canonical(to) },
                    { fromChallenge(text) },
                    { VERIFIER.sendCode(MemoryCounters(), CodeSend(text, to, session = text)) },
                    { VERIFIER.checkCode(MemoryCounters(), CodeCheck("u", TO, text, text, text)) },
                    { VERIFIER.present(MemoryCounters(), Presentation("u", text, idempotencyKey = text)) },
                    { VERIFIER.checkPassword(MemoryCounters(), PasswordCheck("u", text, text, text)) },
                    { PasswordPolicy(pepper = Pepper(text, ByteArray(32))) },
                    { renderMessage("{a}", Operation(text)) },
                    { renderMessage("$text{", Operation("{}")) },
                    { VERIFIER.resendCode(MemoryCounters(), CodeResend("u", to, text, text)) },
                    { VERIFIER.revoke(MemoryCounters(), text, text) },
                    { VERIFIER.revokeByLink(MemoryCounters(), text) },
                    { VERIFIER.checkResumeHandle(text, Method.PASSWORD, text, text) },
                )
            for (call in calls) {
                val refusal = runCatching { runBlocking { call() } }.exceptionOrNull()
                assertTrue(refusal is SekishoException, "$text: $refusal")
            }
        }
    }

    @Test
    fun `half characters make no text the same as another`() {
        for (half in listOf("\ud800", "a\udfffb", "\udc00\ud800")) {
            refused(ErrorCode.CONTEXT_INVALID) { VERIFIER.sendCode(MemoryCounters(), CodeSend(half, TO)) }
            refused(ErrorCode.CONTEXT_INVALID) { VERIFIER.sendCode(MemoryCounters(), CodeSend("u", TO, session = half)) }
            refused(ErrorCode.IDENTIFIER_INVALID) { canonical(Identifier.email("$half@example.com")) }
            refused(ErrorCode.OPERATION_INVALID) { send(MemoryCounters(), Operation("\"$half\"")) }
            refused(ErrorCode.PASSWORD_INVALID) {
                VERIFIER.checkPassword(MemoryCounters(), PasswordCheck("u", half, null))
            }
        }
    }

    @Test
    fun `half a character leaves the rest of a list as it is`() {
        val acceptance = PasswordAcceptance("half \ud800 a character\nleaked long ago")
        assertEquals(listOf(PasswordRejection.GUESSABLE), acceptance.judge("leaked long ago"))
    }

    @Test
    fun `no number does harm`() {
        val odd = listOf(Long.MIN_VALUE, -1, 1L shl 53, Long.MAX_VALUE)
        for (number in odd) {
            val calls =
                listOf<() -> Any?>(
                    { KeyRing.generate(Environment.DEVELOPMENT, number) },
                    { KEYS.rotate(number, number) },
                    { VERIFIER.steps.checkCode(typed("x", "1"), number).outcome() },
                    { Verifier(KEYS, Policy(recordLifetime = number)) },
                    { Verifier(KEYS, Policy(code = CodePolicy(length = number.toInt(), maxTries = number.toInt()))) },
                    { VERIFIER.steps.sendCode(CodeSend("u", TO), number, ByteArray(3)).ops },
                    { VERIFIER.steps.resendCode(CodeResend("u", TO, "x"), number).outcome() },
                    { VERIFIER.steps.revokeByLink("x", number).outcome() },
                    { VERIFIER.checkResumeHandle("x", Method.PASSWORD, "u", now = number) },
                    { Verifier(KEYS, Policy(failures = FailurePolicy(sessionLimit = number.toInt() or (1 shl 20)))) },
                    { PasswordPolicy(memoryKib = number.toInt(), passes = number.toInt()) },
                )
            for (call in calls) {
                val refusal = runCatching { call() }.exceptionOrNull()
                assertTrue(refusal is SekishoException, "$number: $refusal")
            }
        }
    }
}

/** How often a thread comes round, in nanoseconds. */
private class Ticks {
    var longest = 0L

    suspend fun count() {
        var last = System.nanoTime()
        while (true) {
            delay(1)
            val now = System.nanoTime()
            longest = maxOf(longest, now - last)
            last = now
        }
    }
}
