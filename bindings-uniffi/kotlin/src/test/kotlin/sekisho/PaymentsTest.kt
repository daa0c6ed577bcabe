package sekisho

import java.io.File
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import quickstart.Payments

private val GUIDE = File("../../docs/guides/approve-a-payment.md").readText()

private fun transfer(amount: String) =
    Operation("""{"type":"transfer","amount":"$amount","currency":"EUR","payee":"Ana"}""")

/** What the guide shows is what is run. */
class PaymentsTest {
    @Test
    fun `the guide shows it`() {
        val shown = File("src/test/kotlin/quickstart/Payments.kt").readText()
        assertTrue(GUIDE.contains("```kotlin Payments.kt\n$shown```\n"), "the guide shows another")
    }

    @Test
    fun `the payment that was approved is accepted once and no other`() {
        val messages = mutableListOf<String>()
        val payments = Payments(VERIFIER, MemoryCounters()) { _, text -> messages += text }
        val handle = payments.refuse("user-1", transfer("120.00"))
        refused(ErrorCode.RECORD_OPERATION_MISMATCH) { payments.send("user-1", TO, transfer("920.00"), handle) }
        val challenge = runBlocking { payments.send("user-1", TO, transfer("120.00"), handle) }
        val link = Regex.escape("https://bank.example.com/not-me#sekisho_x1_")
        val shown = Regex("""Transfer 120\.00 EUR to Ana\. Your code is (\d{6})\. Not you\? $link\S+""")
        val (code) = shown.matchEntire(messages.single())!!.destructured
        val record = runBlocking { payments.check("user-1", TO, challenge, code) }

        refused(ErrorCode.RECORD_OPERATION_MISMATCH) { payments.accept("user-1", record, transfer("920.00"), "a") }
        refused(ErrorCode.RECORD_NOT_FOUND) { payments.accept("user-2", record, transfer("120.00"), "a") }
        assertFalse(runBlocking { payments.accept("user-1", record, transfer("120.00"), "a") })
        assertTrue(runBlocking { payments.accept("user-1", record, transfer("120.00"), "a") })
        refused(ErrorCode.RECORD_USED) { payments.accept("user-1", record, transfer("120.00"), "b") }
    }
}
