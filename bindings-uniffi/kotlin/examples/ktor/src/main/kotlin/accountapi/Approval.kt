package accountapi

import com.fasterxml.jackson.databind.node.ObjectNode
import sekisho.Method
import sekisho.Operation
import sekisho.Purpose
import sekisho.Requirement
import sekisho.renderMessage

/** What every operation here demands. */
val DEMANDED = Requirement(maxAge = 300, singleUse = true)

/** The sentence that shows an operation of a type, by language. */
private val SENTENCES =
    mapOf(
        "transfer" to
            mapOf(
                "en" to "Transfer {amount} {currency} to {payee}",
                "ja" to "{payee} に {amount} {currency} を送金",
            ),
    )

/** The longest operation, as JSON without needless spaces; nobody reads more. */
private const val MAX_OPERATION_BYTES = 4096

/** An operation of a known type, which its user must have approved. */
class Approval private constructor(
    /** What records for it are bound to. */
    val operation: Operation,
    /** What its user reads, by language. */
    val sentences: Map<String, String>,
) {
    companion object {
        /** It can be shown in every language there is, or it is refused. */
        fun of(facts: ObjectNode): Approval {
            val templates = SENTENCES[facts["type"]?.textValue()] ?: throw Problem.of(Refusal.OPERATION_UNKNOWN)
            val text = JSON.writeValueAsString(facts)
            if (text.toByteArray().size > MAX_OPERATION_BYTES) throw Problem.of(Refusal.OPERATION_TOO_LONG)
            val operation = Operation(text)
            return Approval(operation, templates.mapValues { (_, template) -> renderMessage(template, operation) })
        }
    }
}

/** What a request for a verification says that it is for; most are for no operation. */
class Asked private constructor(
    val approval: Approval?,
    private val handle: String?,
) {
    /** Refuses to verify for another operation than the handle's, or by a method that is not enough. */
    fun checkHandle(caller: Caller, method: Method) {
        val (app, token) = caller.app to caller.token
        if (handle == null) return
        val (subject, session) = token.subject to token.session
        app.verifier.checkResumeHandle(handle, method, subject, session, approval?.operation, app.clock.seconds())
    }

    /** Nothing can be approved by a code that gives no permission. */
    fun checkPurpose(purpose: Purpose) {
        val isNamed = approval != null || handle != null
        if (!isNamed || purpose == Purpose.USER_PERMISSION_VALIDATION) return
        throw Problem.invalidInput(
            "Error in key path \"operation\": a code to an identifier of the user alone approves it.",
        )
    }

    companion object {
        /** Reads `operation` and `resumeHandle`, which both may be missing, and ends the body. */
        fun read(body: Body): Asked {
            val (facts, handle) = body.objectOrNull("operation") to body.idOrNull("resumeHandle")
            body.end()
            return Asked(facts?.let(Approval::of), handle)
        }
    }
}
