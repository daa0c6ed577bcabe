package sekisho

import java.io.File
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource

private val README = File("README.md").readText()

/** What the README shows is what is run. */
class QuickStartsTest {
    private val keys by lazy { runJava(listOf("KeysKt")).trim() }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = ["Keys.kt", "App.kt", "Passwords.kt", "JavaApp.java"])
    fun `the README shows it`(name: String) {
        val language = if (name.endsWith(".kt")) "kotlin" else "java"
        val shown = Regex("^```$language $name\n(.*?)^```", setOf(RegexOption.MULTILINE, RegexOption.DOT_MATCHES_ALL))
        val blocks = shown.findAll(README).map { it.groupValues[1] }.toList()
        assertEquals(listOf(File("src/test/$language/quickstart/$name").readText()), blocks)
    }

    @Test
    fun `the keys are a production ring`() = assertEquals(Environment.PRODUCTION, KeyRing(keys).environment)

    @Test
    fun `the transfer that was approved is done and no other`() {
        val (done, refused) = runJava(listOf("AppKt"), mapOf("SEKISHO_KEYS" to keys)).lines()
        assertEquals("120.00 done", done)
        assertTrue(refused.startsWith("""999.00 401 {"code":"record_operation_mismatch"""), refused)
        assertTrue(""""resumeHandle":"sekisho_h1_""" in refused, refused)
    }

    @Test
    fun `a password is hashed and checked`() = assertEquals("false\n", runJava(listOf("PasswordsKt")))

    @Test
    fun `Java does the same`() =
        assertEquals("COUNTED\n", runJava(listOf("quickstart.JavaApp"), mapOf("SEKISHO_KEYS" to keys)))
}
