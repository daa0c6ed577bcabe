package sekisho

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test
import sekisho.internal.errorCodes

private val REGISTRY = cases("errors", "errors")

/** Error codes: the same in every language, checked both ways. */
class ErrorCodesTest {
    @Test
    fun `every code of the registry is here and no other`() {
        val codes = REGISTRY.map { it.text("code") }
        assertEquals(codes, ErrorCode.entries.map(ErrorCode::text))
        assertEquals(codes, errorCodes().map { it.text() })
        assertEquals(errorCodes().map { it.name }, ErrorCode.entries.map { it.name })
    }

    @Vectors("errors", "errors")
    fun messages(vector: Vector) {
        val code = ErrorCode.entries.single { it.text == vector.text("code") }
        assertEquals(vector.text("message"), failure(code).message)
    }

    @Test
    fun `the rejections are those of the library`() {
        val rejections = sekisho.internal.PasswordRejection.entries
        assertEquals(rejections.map { it.text() }, PasswordRejection.entries.map(PasswordRejection::text))
    }

    @Test
    fun `an error has its code and its message`() {
        val error = assertThrows(SekishoException::class.java) { KeyRing("nonsense") }
        assertEquals(ErrorCode.KEY_RING_MALFORMED, error.code)
        assertEquals(REGISTRY.single { it.text("code") == error.code.text }.text("message"), error.message)
        assertNull(error.retryAfter)
        assertNull(error.cause)
    }
}
