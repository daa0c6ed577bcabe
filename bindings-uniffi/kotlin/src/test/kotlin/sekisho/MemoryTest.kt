package sekisho

import java.io.File
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource

/** Ten thousand flows in a JVM of their own, whose heap is as large from the start as it may become. */
class MemoryTest {
    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `ten thousand flows leave no growing memory`(form: Form) {
        val options = listOf("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch")
        val printed = runJava(options + listOf("sekisho.MemoryTestKt", form.name))
        println("10,000 flows by $form: KiB before and after $printed")
        val (before, after) = printed.trim().split(" ").map(String::toLong)
        assertTrue(after - before < 16_384, printed)
    }
}

enum class Form(val story: () -> Unit) {
    COROUTINES(::coroutines),
    STEPS(::steps),
    WITHOUT_COUNTERS(::withoutCounters),
    CLOSED(::closed),
}

fun main(arguments: Array<String>) {
    val story = Form.valueOf(arguments.single()).story
    val before = residentKibAfter(10_000, story)
    val after = residentKibAfter(2_000, story)
    println("$before $after")
}

private fun residentKibAfter(stories: Int, story: () -> Unit): Long {
    repeat(stories) { story() }
    repeat(3) {
        System.gc()
        Thread.sleep(100)
    }
    val resident = File("/proc/self/status").readLines().single { it.startsWith("VmRSS") }
    return resident.filter(Char::isDigit).toLong()
}

/** Five flows, one of them refused. */
private fun coroutines() =
    runBlocking {
        val counters = MemoryCounters()
        val sent = VERIFIER.sendCode(counters, CodeSend("user-1", TO))
        val record = VERIFIER.checkCode(counters, typed(sent)).record
        VERIFIER.present(counters, Presentation("user-1", record))
        sent.cancel()
        val refusal = runCatching { VERIFIER.checkCode(counters, typed(sent)) }
        check(refusal.isFailure)
    }

/** Five flows, one of them not driven to its end. */
private fun steps() {
    val sent = finish(VERIFIER.steps.sendCode(CodeSend("user-1", TO)))
    val record = finish(VERIFIER.steps.checkCode(typed(sent.challenge, sent.code))).record
    finish(VERIFIER.steps.present(Presentation("user-1", record)))
    finish(sent.cancel())
    VERIFIER.steps.unblock("user-1").use { check(it.ops != null) }
}

private val UNCOUNTED = Verifier.withoutCounters(KEYS)

/** Five flows, two of them refused. */
private fun withoutCounters() {
    val sent = UNCOUNTED.sendCode(CodeSend("user-1", TO))
    val record = UNCOUNTED.checkCode(typed(sent.challenge, sent.code)).record
    UNCOUNTED.present(Presentation("user-1", record))
    check(runCatching { UNCOUNTED.checkCode(typed(sent.challenge, "0")) }.isFailure)
    check(runCatching { UNCOUNTED.present(Presentation("user-2", record)) }.isFailure)
}

private val CLOSED_PASSWORDS = PasswordPolicy().apply { close() }

/** Four hundred verifiers, each refused. */
private fun closed() =
    repeat(400) {
        val refusal = runCatching { Verifier(KEYS, passwords = CLOSED_PASSWORDS) }.exceptionOrNull()
        check(refusal is IllegalStateException)
    }
