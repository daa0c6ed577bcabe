package accountapi

import io.ktor.server.application.ApplicationCall
import sekisho.ErrorCode
import sekisho.Identifier
import sekisho.Method
import sekisho.Purpose
import sekisho.Requirement
import sekisho.SekishoException

/** The header a record travels in. */
const val RECORD_HEADER = "logto-verification-id"

/** What is wrong with a record. It is not told; the challenge says what to do. */
private val ABOUT_THE_RECORD =
    setOf(
        ErrorCode.RECORD_NOT_FOUND,
        ErrorCode.RECORD_SESSION_MISMATCH,
        ErrorCode.RECORD_OPERATION_MISMATCH,
        ErrorCode.RECORD_METHOD_NOT_ALLOWED,
        ErrorCode.RECORD_TOO_OLD,
        ErrorCode.RECORD_USED,
    )

/** Demands a record that gives permission. */
suspend fun requirePermission(call: ApplicationCall, caller: Caller) {
    val record = call.request.headers[RECORD_HEADER] ?: throw Problem.permissionDenied()
    present(caller, record, Requirement(), Problem::permissionDenied)
}

/** Demands a record of a code that was sent to this new identifier. */
suspend fun requireProof(caller: Caller, record: String, identifier: Identifier) {
    val method = if (identifier.type == Identifier.Type.EMAIL) Method.EMAIL_CODE else Method.PHONE_CODE
    val requirement = Requirement(listOf(method), Purpose.BIND_NEW_IDENTIFIER, identifier = identifier)
    present(caller, record, requirement, Problem::recordNotFound)
}

private suspend fun present(caller: Caller, record: String, requirement: Requirement, refused: () -> Problem) {
    val app = caller.app
    try {
        app.verifier.present(app.counters, caller.presentation(record, requirement), app.clock.seconds())
    } catch (error: SekishoException) {
        throw if (error.code in ABOUT_THE_RECORD) refused() else error
    }
}
