package sekisho

import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource

/** What is closed, or being closed, given to others: each in a JVM of its own, which memory that is freed ends. */
class ClosedTest {
    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `nothing takes what is closed`(taker: Taker) =
        assertEquals("java.lang.IllegalStateException\n", runJava(listOf("sekisho.ClosedTestKt", "once", taker.name)))

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `what another thread closes is taken or refused`(taker: Taker) =
        assertEquals("taken and refused\n", runJava(listOf("sekisho.ClosedTestKt", "race", taker.name)))
}

enum class Taker(val taking: Taking<*>) {
    KEYS_OF_VERIFIER(Taking(::ring) { Verifier(it) }),
    KEYS_OF_VERIFIER_WITHOUT_COUNTERS(Taking(::ring) { Verifier.withoutCounters(it) }),
    PASSWORDS_OF_VERIFIER(Taking(::PasswordPolicy) { Verifier(KEYS, passwords = it) }),
    PASSWORDS_OF_VERIFIER_OF_TEXT(Taking(::PasswordPolicy) { Verifier(KEYS.toText(), passwords = it) }),
    PASSWORDS_OF_VERIFIER_WITHOUT_COUNTERS(Taking(::PasswordPolicy) { Verifier.withoutCounters(KEYS, passwords = it) }),
    VERIFIER_ITSELF(Taking({ Verifier(KEYS) }) { it.issueResumeHandle("user-1"); it }),
    FLOW_ITSELF(Taking({ VERIFIER.steps.unblock("user-1") }) { it.ops; it }),
}

/** What is closed, and what is made with it. */
class Taking<T : AutoCloseable>(private val make: () -> T, private val take: (T) -> AutoCloseable) {
    fun once() {
        val closed = make()
        closed.close()
        println(runCatching { take(closed) }.exceptionOrNull()?.javaClass?.name)
    }

    /** Two threads take what two others close and make anew. */
    fun race() {
        val end = System.nanoTime() + 2_000_000_000
        val current = AtomicReference(make())
        val (taken, refused) = AtomicInteger() to AtomicInteger()
        val racing = { step: () -> Unit -> thread { while (System.nanoTime() < end) step() } }
        val takers =
            List(2) {
                racing {
                    try {
                        take(current.get()).close()
                        taken.incrementAndGet()
                    } catch (_: IllegalStateException) {
                        refused.incrementAndGet()
                    }
                }
            }
        val closers =
            List(2) {
                racing {
                    current.get().close()
                    current.set(make())
                }
            }
        (takers + closers).forEach(Thread::join)
        println(if (taken.get() > 0 && refused.get() > 0) "taken and refused" else "$taken taken, $refused refused")
    }
}

private fun ring() = KeyRing.generate(Environment.DEVELOPMENT)

fun main(arguments: Array<String>) {
    val (way, taker) = arguments
    val taking = Taker.valueOf(taker).taking
    if (way == "once") taking.once() else taking.race()
}
