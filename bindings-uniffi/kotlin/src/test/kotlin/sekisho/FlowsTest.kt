package sekisho

import java.time.Instant
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource

/** The flows over counters, and what guards a route. */
class FlowsTest {
    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `a code verifies once`(store: Store) {
        val counters = store.counters()
        val sent = send(counters)
        assertEquals(6, sent.code.length)
        assertTrue(sent.expiresAt - Instant.now().epochSecond in 595..600)
        val found = atOnce(8) { VERIFIER.checkCode(counters, typed(sent)) }
        assertEquals(List(7) { ErrorCode.CODE_NOT_FOUND }, found.filterNotNull())
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `ten wrong codes are compared however many come at once`(store: Store) {
        val counters = store.counters()
        val sent = send(counters)
        val found = atOnce(50) { VERIFIER.checkCode(counters, typed(sent, wrong(sent.code))) }
        assertEquals(10, found.count { it == ErrorCode.CODE_MISMATCH })
        refused(ErrorCode.CODE_TRIES_USED_UP) { VERIFIER.checkCode(counters, typed(sent)) }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `the eleventh message waits and a cancelled one does not count`(store: Store) {
        val counters = store.counters()
        repeat(20) { runBlocking { send(counters).cancel() } }
        val sends = List(10) { send(counters) }
        val error = refused(ErrorCode.MESSAGE_RATE_LIMITED) { VERIFIER.sendCode(counters, CodeSend("user-1", TO)) }
        assertTrue(error.retryAfter!! > 590)
        // A second time there is nothing to give back.
        repeat(2) { runBlocking { sends.first().cancel() } }
        send(counters)
        refused(ErrorCode.MESSAGE_RATE_LIMITED) { VERIFIER.sendCode(counters, CodeSend("user-1", TO)) }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `passwords are hashed, checked and rehashed`(store: Store) {
        val counters = store.counters()
        val stored = PasswordPolicy(memoryKib = 64, passes = 1).use { it.hash("correct horse") }
        val right = PasswordCheck("user-1", "correct horse", stored)
        val verified = runBlocking { VERIFIER.checkPassword(counters, right) }
        assertTrue(verified.needsRehash)
        for (hash in listOf(stored, null)) {
            refused(ErrorCode.INVALID_CREDENTIALS) {
                VERIFIER.checkPassword(counters, PasswordCheck("user-1", "wrong", hash))
            }
        }
        val costly = "\$argon2id\$v=19\$m=99999999,t=9,p=9\$AAECAwQFBgcICQoLDA0ODw\$AAECAwQFBgcICQoLDA0ODw"
        refused(ErrorCode.PASSWORD_HASH_TOO_COSTLY) {
            VERIFIER.checkPassword(counters, PasswordCheck("user-1", "x", costly))
        }
        refused(ErrorCode.POLICY_INVALID) { PasswordPolicy(memoryKib = 1 shl 30) }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    fun `a user is blocked and unblocked`(store: Store) {
        val counters = store.counters()
        val verifier = Verifier(KEYS, Policy(failures = FailurePolicy(limit = 2)))
        val sent = send(counters)
        val wrong = typed(sent, wrong(sent.code))
        refused(ErrorCode.CODE_MISMATCH) { verifier.checkCode(counters, wrong) }
        val blocked = refused(ErrorCode.VERIFICATION_BLOCKED) { verifier.checkCode(counters, wrong) }
        assertTrue(blocked.retryAfter!! in 3590..3600)
        refused(ErrorCode.VERIFICATION_BLOCKED) { verifier.checkCode(counters, typed(sent)) }
        runBlocking {
            verifier.unblock(counters, "user-1")
            verifier.checkCode(counters, typed(sent))
        }
    }

    @Test
    fun `without counters every outcome says so`() {
        val uncounted = Verifier.withoutCounters(KEYS)
        val sent = uncounted.sendCode(CodeSend("user-1", TO))
        val verified = uncounted.checkCode(typed(sent.challenge, sent.code))
        assertEquals(listOf(Limits.NOT_COUNTED, Limits.NOT_COUNTED), listOf(sent.limits, verified.limits))
        refused(ErrorCode.COUNTERS_REQUIRED) {
            uncounted.present(Presentation("user-1", verified.record, Requirement(singleUse = true)))
        }
        assertNull(sent.cancel().ops)
        uncounted.close()
        assertThrows(IllegalStateException::class.java) { uncounted.sendCode(CodeSend("user-1", TO)) }
    }

    @Test
    fun `a flow ends once and what is closed is gone`() {
        val flow = VERIFIER.steps.sendCode(CodeSend("user-1", TO))
        refused(ErrorCode.COUNTER_STORE_FAILED) { flow.outcome() }
        assertNull(flow.ops)
        val keys = KeyRing.generate(Environment.DEVELOPMENT)
        val text = keys.toText()
        val verifier = Verifier(keys)
        keys.close()
        verifier.use { it.steps.sendCode(CodeSend("user-1", TO)).use { flow -> flow.resume(listOf(1)) } }
        flow.close()
        for (closed in listOf({ keys.toText() }, { verifier.steps.unblock("u") }, { flow.ops }, { flow.outcome() })) {
            val error = assertThrows(IllegalStateException::class.java) { closed() }
            assertTrue("destroyed" in error.message!!)
        }
        assertEquals("KeyRing(closed)", keys.toString())
        Verifier(text).use { runBlocking { it.sendCode(MemoryCounters(), CodeSend("user-1", TO)) } }
    }

    @Test
    fun `purposes are told by the addresses of the user`() {
        assertEquals(Purpose.USER_PERMISSION_VALIDATION, purposeOfCode(TO, listOf(TO)))
        assertEquals(Purpose.BIND_MFA, purposeOfCode(TO, listOf(TO), Purpose.BIND_MFA))
        assertEquals(Purpose.BIND_NEW_IDENTIFIER, purposeOfCode(TO, listOf(Identifier.phone("4915112345"))))
        refused(ErrorCode.IDENTIFIER_INVALID) { purposeOfCode(Identifier.phone("+1"), emptyList()) }
    }

    @Test
    fun `secrets are in no text of an object and no message`() {
        val secret = KEYS.toText().split(".")[2]
        val sent = send(MemoryCounters())
        val drawn = Verifier.withoutCounters(KEYS).sendCode(CodeSend("user-1", TO))
        val check = PasswordCheck("user-1", "correct horse", null)
        val pepper = Pepper("a", ByteArray(32) { 'p'.code.toByte() })
        val checked = runBlocking { VERIFIER.checkCode(MemoryCounters(), typed(sent)) }
        val shown = listOf(KEYS, VERIFIER, sent, drawn, check, pepper, typed(sent), checked).joinToString()
        val tokens = listOf(sent.challenge, sent.revocation, drawn.revocation, checked.record)
        val hidden = tokens + listOf(secret, sent.code, drawn.code, "correct horse", "ppp")
        for (it in hidden) assertFalse(it in shown, shown)
        for (text in listOf("${KEYS.toText()}x", KEYS.toText().dropLast(20))) {
            val error = assertThrows(SekishoException::class.java) { KeyRing(text) }
            assertFalse(secret in error.stackTraceToString())
        }
    }
}

/** What became of calls that run at the same time: `null` for one that succeeded. */
private fun atOnce(count: Int, call: suspend () -> Unit): List<ErrorCode?> =
    runBlocking(Dispatchers.Default) {
        List(count) {
            async {
                try {
                    call()
                    null
                } catch (error: SekishoException) {
                    error.code
                }
            }
        }.awaitAll()
    }
