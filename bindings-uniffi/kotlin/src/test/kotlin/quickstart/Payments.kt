package quickstart

import sekisho.CodeCheck
import sekisho.CodeSend
import sekisho.CounterStore
import sekisho.Identifier
import sekisho.Method
import sekisho.Operation
import sekisho.Presentation
import sekisho.Requirement
import sekisho.Verifier
import sekisho.renderMessage

class Payments(
    private val verifier: Verifier,
    private val counters: CounterStore,
    private val mail: suspend (Identifier, String) -> Unit,
) {
    private val demanded = Requirement(listOf(Method.EMAIL_CODE), maxAge = 300, singleUse = true)

    fun refuse(user: String, transfer: Operation): String =
        verifier.issueResumeHandle(user, demanded, operation = transfer).handle

    suspend fun send(user: String, to: Identifier, transfer: Operation, handle: String): String {
        verifier.checkResumeHandle(handle, Method.EMAIL_CODE, user, operation = transfer)
        val sentence = renderMessage("Transfer {amount} {currency} to {payee}", transfer)
        val sent = verifier.sendCode(counters, CodeSend(user, to, operation = transfer))
        val link = "https://bank.example.com/not-me#${sent.revocation}"
        mail(to, "$sentence. Your code is ${sent.code}. Not you? $link")
        return sent.challenge
    }

    suspend fun check(user: String, to: Identifier, challenge: String, code: String): String =
        verifier.checkCode(counters, CodeCheck(user, to, challenge, code)).record

    suspend fun accept(user: String, record: String, transfer: Operation, key: String): Boolean =
        verifier.present(counters, Presentation(user, record, demanded, key, operation = transfer)).repeated
}
