import kotlin.system.exitProcess
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import sekisho.CodeCheck
import sekisho.CodeSend
import sekisho.Identifier
import sekisho.MemoryCounters
import sekisho.Operation
import sekisho.Requirement
import sekisho.SekishoException
import sekisho.Verifier
import sekisho.requireVerification

val verifier = Verifier(System.getenv("SEKISHO_KEYS"))
val counters = MemoryCounters() // for one process; below is what to take for many

suspend fun main() {
    val (user, to) = "user-1" to Identifier.email("ana@example.com")
    val transfer = buildJsonObject { put("amount", "120.00"); put("currency", "EUR"); put("payee", "Ben") }

    // The user wants to transfer money: send them a code for this very transfer …
    val sent = verifier.sendCode(counters, CodeSend(user, to, operation = Operation(transfer)))
    val code = sent.code // your mail; the client gets sent.challenge

    // … check what they typed …
    val verified =
        try {
            verifier.checkCode(counters, CodeCheck(user, to, sent.challenge, code))
        } catch (error: SekishoException) {
            println("${error.code.text}: ${error.message}")
            exitProcess(1)
        }

    // … and ask for the record where it matters.
    val fresh = Requirement(maxAge = 300)
    for (amount in listOf("120.00", "999.00")) {
        val operation = Operation(buildJsonObject { transfer.forEach(::put); put("amount", JsonPrimitive(amount)) })
        val refusal = requireVerification(verified.record, verifier, counters, user, fresh, operation = operation)
        println(if (refusal == null) "$amount done" else "$amount ${refusal.status} ${refusal.body}")
    }
}
