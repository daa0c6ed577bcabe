package sekisho

import java.time.Instant
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource

private val TRANSFER = Operation("""{"type":"transfer","amount":"120.00","payee":{"name":"Ana"},"count":2}""")

/** What a user approves: the message that says so, its code once more, and what takes it back. */
class ApprovalsTest {
    private val later = Instant.now().epochSecond + 30

    @Test
    fun `a message shows the operation that is approved`() {
        val template = "{amount} to {payee.name}, {count} times"
        assertEquals("120.00 to Ana, 2 times", renderMessage(template, TRANSFER))
        refused(ErrorCode.OPERATION_NOT_DISPLAYABLE) { renderMessage("{payee}", TRANSFER) }
        refused(ErrorCode.MESSAGE_TEMPLATE_INVALID) { renderMessage("{amount", TRANSFER) }
        refused(ErrorCode.MESSAGE_TEMPLATE_INVALID) { renderMessage("half a pair: \ud83d", TRANSFER) }
        refused(ErrorCode.OPERATION_INVALID) { renderMessage("{a}", Operation("""{"a":1,"a":2}""")) }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `a code is sent again, and one of the two messages verifies once`(store: Store) {
        val counters = store.counters()
        val sent = send(counters, TRANSFER)
        val resend = CodeResend("user-1", TO, sent.challenge, operation = TRANSFER)
        val early = refused(ErrorCode.MESSAGE_RATE_LIMITED) { VERIFIER.resendCode(counters, resend) }
        assertTrue(early.retryAfter!! in 1..30)
        val again = runBlocking { VERIFIER.resendCode(counters, resend, later) }
        assertEquals(told(sent), told(again))
        refused(ErrorCode.MESSAGE_RATE_LIMITED) { VERIFIER.resendCode(counters, resend, later) }
        refused(ErrorCode.RECORD_OPERATION_MISMATCH) {
            VERIFIER.resendCode(counters, CodeResend("user-1", TO, sent.challenge), later)
        }
        runBlocking { VERIFIER.checkCode(counters, typed(again), later) }
        refused(ErrorCode.CODE_NOT_FOUND) { VERIFIER.resendCode(counters, resend, later + 30) }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `whoever has the message's link revokes, and the user does`(store: Store) {
        val counters = store.counters()
        val sent = send(counters)
        refused(ErrorCode.RECORD_NOT_FOUND) { VERIFIER.revokeByLink(counters, sent.challenge) }
        repeat(2) { runBlocking { VERIFIER.revokeByLink(counters, sent.revocation) } }
        refused(ErrorCode.CODE_NOT_FOUND) { VERIFIER.checkCode(counters, typed(sent)) }

        val record = runBlocking { VERIFIER.checkCode(counters, typed(send(counters))) }.record
        val shown = Presentation("user-1", record)
        refused(ErrorCode.RECORD_NOT_FOUND) { VERIFIER.revoke(counters, record, "user-2") }
        runBlocking { VERIFIER.present(counters, shown) }
        repeat(2) { runBlocking { VERIFIER.revoke(counters, record, "user-1") } }
        refused(ErrorCode.RECORD_NOT_FOUND) { VERIFIER.present(counters, shown) }
    }

    @Test
    fun `without counters a code is sent again and nothing is revoked`() {
        val uncounted = Verifier.withoutCounters(KEYS)
        val sent = uncounted.sendCode(CodeSend("user-1", TO))
        val again = uncounted.resendCode(CodeResend("user-1", TO, sent.challenge), later)
        assertEquals(sent.code, again.code)
        val record = uncounted.checkCode(typed(sent.challenge, again.code)).record
        refused(ErrorCode.COUNTERS_REQUIRED) { uncounted.revoke(record, "user-1") }
        refused(ErrorCode.COUNTERS_REQUIRED) { uncounted.revokeByLink(sent.revocation) }
        val issued = uncounted.issueResumeHandle("user-1")
        VERIFIER.checkResumeHandle(issued.handle, Method.PASSWORD, "user-1")
        uncounted.checkResumeHandle(VERIFIER.issueResumeHandle("user-1").handle, Method.PASSWORD, "user-1")
        refused(ErrorCode.RECORD_NOT_FOUND) { uncounted.checkResumeHandle(issued.handle, Method.PASSWORD, "user-2") }
    }

    @Test
    fun `a refused operation is gone on with by the user in the session by the method`() {
        val asked = Requirement(listOf(Method.EMAIL_CODE))
        val issued = VERIFIER.issueResumeHandle("user-1", asked, "session-1", TRANSFER)
        assertTrue(issued.expiresAt - Instant.now().epochSecond in 595..600)
        assertFalse(issued.handle in "$issued")
        fun check(method: Method, subject: String, session: String?, operation: Operation?) =
            VERIFIER.checkResumeHandle(issued.handle, method, subject, session, operation)
        check(Method.EMAIL_CODE, "user-1", "session-1", TRANSFER)
        refused(ErrorCode.RECORD_NOT_FOUND) { check(Method.EMAIL_CODE, "user-2", "session-1", TRANSFER) }
        refused(ErrorCode.RECORD_SESSION_MISMATCH) { check(Method.EMAIL_CODE, "user-1", null, TRANSFER) }
        refused(ErrorCode.RECORD_OPERATION_MISMATCH) { check(Method.EMAIL_CODE, "user-1", "session-1", null) }
        refused(ErrorCode.RECORD_METHOD_NOT_ALLOWED) { check(Method.PASSWORD, "user-1", "session-1", TRANSFER) }
        refused(ErrorCode.RECORD_NOT_FOUND) { VERIFIER.present(MemoryCounters(), Presentation("user-1", issued.handle)) }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `failures of a session end its right to verify, and another of the user goes on`(store: Store) {
        val counters = store.counters()
        val verifier = Verifier(KEYS, Policy(failures = FailurePolicy(sessionLimit = 2)))
        fun check(password: String, session: String) =
            runBlocking { verifier.checkPassword(counters, PasswordCheck("user-1", password, STORED, session)) }
        repeat(2) { refused(ErrorCode.INVALID_CREDENTIALS) { check("wrong", "stolen") } }
        val ended = refused(ErrorCode.VERIFICATION_BLOCKED) { check("correct horse", "stolen") }
        assertEquals(86_400, ended.retryAfter)
        check("correct horse", "own")
    }
}

private val STORED = PasswordPolicy(memoryKib = 64, passes = 1).use { it.hash("correct horse") }

private fun told(sent: CodeSent) = listOf(sent.challenge, sent.code, sent.revocation, sent.expiresAt)
