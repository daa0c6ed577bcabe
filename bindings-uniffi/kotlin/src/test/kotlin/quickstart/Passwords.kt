import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import sekisho.Environment
import sekisho.KeyRing
import sekisho.MemoryCounters
import sekisho.PasswordCheck
import sekisho.PasswordPolicy
import sekisho.Verifier

suspend fun main() {
    val passwords = PasswordPolicy()
    val verifier = Verifier(KeyRing.generate(Environment.DEVELOPMENT), passwords = passwords)
    val stored = withContext(Dispatchers.Default) { passwords.hash("correct horse") } // your user table
    val check = PasswordCheck("user-1", "correct horse", stored)
    println(verifier.checkPassword(MemoryCounters(), check).needsRehash)
}
