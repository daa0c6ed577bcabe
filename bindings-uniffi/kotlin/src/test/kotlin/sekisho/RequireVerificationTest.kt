package sekisho

import java.io.IOException
import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.NullAndEmptySource
import org.junit.jupiter.params.provider.ValueSource

private const val TRANSFER = """{"amount":"120.00","currency":"EUR","payee":"Ana","number":1.50}"""
private const val NOW = 1_764_000_000L

/** A route that is guarded: what its client is answered. */
class RequireVerificationTest {
    private val counters = MemoryCounters()

    @Test
    fun `a good record is let through`() {
        assertNull(guarded(record(), Requirement(maxAge = 300)))
        assertNull(guarded(record(Operation(TRANSFER)), operation = Operation(TRANSFER)))
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = ["nonsense"])
    fun `without a record the client is told what to do`(nothing: String?) {
        val verifier = Verifier(KeyRing.generate(Environment.DEVELOPMENT, NOW))
        val refusal = guarded(nothing, Requirement(maxAge = 300), verifier = verifier, now = NOW)!!
        assertEquals(401 to ErrorCode.PERMISSION_DENIED, refusal.status to refusal.code)
        assertEquals(AskedVerification(Method.entries, 300), fromChallenge(refusal.headers.getValue("WWW-Authenticate")))
        val handle = refusal.data.text("resumeHandle")
        verifier.checkResumeHandle(handle, Method.EMAIL_CODE, "user-1", now = NOW)
        val expected =
            """
            {
              "code": "verification_record.permission_denied",
              "message": "This needs a fresh verification of who you are.",
              "data": {
                "requirement": {
                  "methods": ["password", "email_code", "phone_code"], "match": "any", "maxAge": 300,
                  "bound": false, "singleUse": false, "sameSession": false
                },
                "resumeHandle": "$handle",
                "expiresAt": "2025-11-24T16:10:00.000Z"
              }
            }
            """
        assertEquals(Json.parseToJsonElement(expected), Json.parseToJsonElement(refusal.body.toString()))
    }

    @Test
    fun `the body has the operation and a handle for it alone`() {
        val demanded = Requirement(listOf(Method.EMAIL_CODE), singleUse = true, sameSession = true)
        val data = guarded(null, demanded, session = "s", operation = Operation(TRANSFER))!!.data
        assertEquals(TRANSFER, data.getValue("operation").toString())
        val told =
            """{"methods":["email_code"],"match":"any","bound":true,"singleUse":true,"sameSession":true}"""
        assertEquals(Json.parseToJsonElement(told), data["requirement"])
        val handle = data.text("resumeHandle")
        val operation = Operation(data.getValue("operation"))
        VERIFIER.checkResumeHandle(handle, Method.EMAIL_CODE, "user-1", "s", operation)
        refused(ErrorCode.RECORD_OPERATION_MISMATCH) {
            VERIFIER.checkResumeHandle(handle, Method.EMAIL_CODE, "user-1", "s", Operation("{}"))
        }
        refused(ErrorCode.RECORD_METHOD_NOT_ALLOWED) {
            VERIFIER.checkResumeHandle(handle, Method.PASSWORD, "user-1", "s", operation)
        }
        val left = Duration.between(Instant.now(), Instant.parse(data.text("expiresAt")))
        assertTrue(left.seconds in 595..600, "$left")
    }

    @Test
    fun `what is wrong with a record is told to its user alone`() {
        val operation = Operation(TRANSFER)
        val bound = record(operation, "s")
        val refusals =
            mapOf(
                ErrorCode.PERMISSION_DENIED to guarded(bound, subject = "user-2", session = "s", operation = operation),
                ErrorCode.RECORD_OPERATION_MISMATCH to guarded(bound, session = "s", operation = Operation("{}")),
                ErrorCode.RECORD_SESSION_MISMATCH to guarded(bound, session = "another", operation = operation),
                ErrorCode.RECORD_METHOD_NOT_ALLOWED to
                    guarded(bound, Requirement(listOf(Method.PASSWORD)), session = "s", operation = operation),
            )
        for ((code, refusal) in refusals) {
            assertEquals(401 to code, refusal?.status to refusal?.code)
            assertEquals(code.text, refusal!!.body.text("code"))
            assertTrue(refusal.data.text("resumeHandle").isNotEmpty())
        }
    }

    @Test
    fun `single use is of one request`() {
        val (record, once) = record() to Requirement(singleUse = true)
        repeat(2) { assertNull(guarded(record, once, "a")) }
        val refusal = guarded(record, once, "b")!!
        assertEquals(409 to ErrorCode.RECORD_USED, refusal.status to refusal.code)
        assertEquals(setOf("code", "message"), refusal.body.keys)
        assertFalse("WWW-Authenticate" in refusal.headers)
    }

    @Test
    fun `where the counters are down nobody gets through`() {
        val cause = IOException("secret")
        val refusal = guarded(record(), counters = { throw cause })!!
        assertEquals(503 to "1", refusal.status to refusal.headers["Retry-After"])
        assertEquals("counter_store_failed", refusal.body.text("code"))
        assertSame(cause, refusal.error.cause)
        assertFalse("secret" in "$refusal ${refusal.body}")
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = ["nonsense"])
    fun `what only the operator can mend is no permission either`(record: String?) {
        val refusals =
            mapOf(
                ErrorCode.REQUIREMENT_INVALID to guarded(record, Requirement(maxAge = -1)),
                ErrorCode.IDENTIFIER_INVALID to guarded(record, Requirement(identifier = Identifier.email("ana"))),
            )
        for ((code, refusal) in refusals) assertBad(500, code, refusal)
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = ["nonsense"])
    fun `what a client sends outside the rules is a bad request`(record: String?) {
        for (text in listOf("", "\u0000", "x".repeat(257), "\ud800")) {
            assertBad(400, ErrorCode.CONTEXT_INVALID, guarded(record, subject = text))
            assertBad(400, ErrorCode.CONTEXT_INVALID, guarded(record, session = text))
            assertBad(400, ErrorCode.CONTEXT_INVALID, guarded(record, key = text))
        }
        for (operation in noOperations()) {
            assertBad(400, ErrorCode.OPERATION_INVALID, guarded(record, operation = operation))
        }
    }

    @Test
    fun `a time that no ISO 8601 of four digits has is refused`() {
        val verifier = Verifier(KeyRing.generate(Environment.DEVELOPMENT, NOW))
        val last = 253_402_300_799 - 600
        val refusal = guarded(null, verifier = verifier, now = last)!!
        assertEquals("9999-12-31T23:59:59.000Z", refusal.data.text("expiresAt"))
        for (now in listOf(last + 1, 1_000_000_000_000)) {
            refused(ErrorCode.TIME_INVALID) { guarded(null, verifier = verifier, now = now) }
        }
    }

    private fun assertBad(status: Int, code: ErrorCode, refusal: Refusal?) {
        assertEquals(status to code, refusal?.status to refusal?.code)
        assertEquals(code, refusal?.error?.code)
        assertEquals(setOf("code", "message"), refusal?.body?.keys)
        assertEquals(JsonPrimitive(code.text), refusal?.body?.get("code"))
    }

    private fun guarded(
        record: String?,
        requirement: Requirement = Requirement(),
        key: String? = null,
        subject: String = "user-1",
        session: String? = null,
        operation: Operation? = null,
        verifier: Verifier = VERIFIER,
        counters: CounterStore = this.counters,
        now: Long? = null,
    ): Refusal? =
        runBlocking {
            requireVerification(record, verifier, counters, subject, requirement, key, session, operation, now)
        }
}

private val Refusal.data get() = body.getValue("data").jsonObject

private fun JsonObject.text(name: String) = getValue(name).jsonPrimitive.content
