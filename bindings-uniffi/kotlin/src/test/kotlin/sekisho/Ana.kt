package sekisho

import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows

/** A user and what she does, for the tests. */

val KEYS: KeyRing = KeyRing.generate(Environment.DEVELOPMENT)
val VERIFIER = Verifier(KEYS)
val TO: Identifier = Identifier.email("ana@example.com")

fun send(counters: CounterStore, operation: Operation? = null, session: String? = null): CodeSent =
    runBlocking { VERIFIER.sendCode(counters, CodeSend("user-1", TO, session = session, operation = operation)) }

fun typed(sent: CodeSent, code: String = sent.code): CodeCheck = typed(sent.challenge, code)

fun typed(challenge: String, code: String): CodeCheck = CodeCheck("user-1", TO, challenge, code)

fun record(operation: Operation? = null, session: String? = null): String {
    val counters = MemoryCounters()
    val sent = send(counters, operation, session)
    val check = CodeCheck("user-1", TO, sent.challenge, sent.code, session)
    return runBlocking { VERIFIER.checkCode(counters, check) }.record
}

fun wrong(code: String): String = "%06d".format((code.toInt() + 1) % 1_000_000)

/** Expects a refusal of this code. */
fun refused(code: ErrorCode, call: suspend () -> Unit): SekishoException {
    val error = assertThrows(SekishoException::class.java) { runBlocking { call() } }
    assertEquals(code, error.code)
    assertEquals(failure(code).message, error.message)
    return error
}

/** What is no operation, in each form in which it can be given. */
fun noOperations(): List<Operation> {
    val texts = listOf("", "{", """{"a":1,"a":2}""", "9007199254740993", "\"\ud800\"", "[".repeat(1_000_000))
    var deep: JsonElement = JsonPrimitive(1)
    repeat(100_000) { deep = JsonArray(listOf(deep)) }
    val content = mutableListOf<JsonElement>()
    val cycle = JsonArray(content).also(content::add)
    val numbers = listOf(JsonPrimitive(Double.NaN), JsonPrimitive((1L shl 53) + 1), JsonPrimitive(ULong.MAX_VALUE))
    return texts.map(::Operation) + (numbers + deep + cycle).map(::Operation)
}
