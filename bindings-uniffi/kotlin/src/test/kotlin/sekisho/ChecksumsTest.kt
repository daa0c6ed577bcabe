package sekisho

import java.io.File
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import sekisho.internal.IntegrityCheckingUniffiLib
import sekisho.internal.uniffiEnsureInitialized

/** UniFFI's verification that the library is the one that the bindings were generated from. */
class ChecksumsTest {
    @Test
    fun `the library is the one that the bindings were generated from`() = uniffiEnsureInitialized()

    @Test
    fun `a library of another signature is noticed at the first call`(@TempDir folder: Path) {
        val version = IntegrityCheckingUniffiLib.ffi_sekisho_uniffi_uniffi_contract_version()
        val checks = IntegrityCheckingUniffiLib::class.java.declaredMethods.map { it.name }.filter { "checksum" in it }
        assertTrue(checks.size > 20)
        val source = folder.resolve("other.c").toFile()
        source.writeText(
            "int ffi_sekisho_uniffi_uniffi_contract_version(void) { return $version; }\n" +
                checks.joinToString("") { "unsigned short $it(void) { return 1; }\n" },
        )
        val library = folder.resolve("libother.so").toString()
        assertEquals("", run(listOf("cc", "-shared", "-fPIC", "-o", library, source.path)))
        val command = listOf("-Duniffi.component.sekisho.libraryOverride=$library", "KeysKt")
        assertTrue("API checksum mismatch" in runJava(command))
    }
}

/** What a program prints. */
fun run(command: List<String>, environment: Map<String, String> = emptyMap()): String {
    val builder = ProcessBuilder(command).redirectErrorStream(true)
    builder.environment() += environment
    val process = builder.start()
    val printed = process.inputStream.bufferedReader().readText()
    check(process.waitFor(60, TimeUnit.SECONDS)) { "$command did not end" }
    return printed
}

/** What a Java program prints that has the same class path as the tests. */
fun runJava(command: List<String>, environment: Map<String, String> = emptyMap()): String {
    val java = File(System.getProperty("java.home"), "bin/java").path
    return run(listOf(java, "-cp", System.getProperty("java.class.path")) + command, environment)
}
