package accountapi

import com.fasterxml.jackson.databind.node.JsonNodeFactory
import com.fasterxml.jackson.databind.node.ObjectNode
import io.ktor.http.HttpMethod
import io.ktor.server.application.ApplicationCall
import io.ktor.server.response.header
import java.security.MessageDigest
import sekisho.requireVerification

/** Up to twelve digits without needless zeros, up to two decimals, and not zero. */
private val AMOUNT = Regex("""(?=.*[1-9])(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?""")
private val CURRENCY = Regex("[A-Z]{3}")
private val OF_70 = Regex("(?s).{1,70}")
private val OF_140 = Regex("(?s).{1,140}")
private val KEY = Regex("[ -~]{1,256}")

/** The example of a protected operation: a transfer of money. It moves none. */
fun Paths.transfers(app: App): Unit = of(app, HttpMethod.Post, "/api/transfers", ::makeTransfer)

/** Makes it with a record that was made for it; otherwise tells the client how to get one. */
private suspend fun makeTransfer(call: ApplicationCall, caller: Caller) {
    val (app, token) = caller.app to caller.token
    val transfer = readTransfer(call)
    caller.requireFirstParty()
    caller.activeUser()
    val approval = Approval.of(transfer.deepCopy().put("type", "transfer"))
    val record = call.request.headers[RECORD_HEADER]
    val refusal =
        requireVerification(
            record,
            app.verifier,
            app.counters,
            token.subject,
            DEMANDED,
            idempotencyKey(call),
            token.session,
            approval.operation,
            app.clock.seconds(),
        )
    if (refusal != null) {
        refusal.headers.forEach { (name, value) -> call.response.header(name, value) }
        return call.answerText(refusal.status, refusal.body.toString())
    }
    // Its record makes no other, so a repetition is answered as the first request was.
    call.answer(201, transfer.put("id", idOf(record.orEmpty())))
}

private suspend fun readTransfer(call: ApplicationCall): ObjectNode {
    val body = Body.read(call)
    val transfer = JsonNodeFactory.instance.objectNode()
    transfer.put("amount", body.matching("amount", AMOUNT, "must be an amount such as \"120.00\", above 0"))
    transfer.put("currency", body.matching("currency", CURRENCY, "must be three capital letters"))
    transfer.put("payee", body.matching("payee", OF_70, "must have 1 to 70 characters"))
    if (body.has("reference")) {
        transfer.put("reference", body.matching("reference", OF_140, "must have 1 to 140 characters"))
    }
    body.end()
    return transfer
}

/**
 * Names a request, so that repeating it carries nothing out twice
 * (draft-ietf-httpapi-idempotency-key-header).
 */
private fun idempotencyKey(call: ApplicationCall): String? {
    val keys = call.request.headers.getAll("Idempotency-Key") ?: return null
    return keys.singleOrNull()?.takeIf(KEY::matches)
        ?: throw Problem.invalidInput("The header Idempotency-Key must be one, of 1 to 256 characters of ASCII.")
}

private fun idOf(record: String): String {
    val digest = MessageDigest.getInstance("SHA-256").digest(record.toByteArray())
    return digest.take(8).joinToString("") { "%02x".format(it) }
}
