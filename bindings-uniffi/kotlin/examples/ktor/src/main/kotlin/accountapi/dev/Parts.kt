package accountapi.dev

import accountapi.AccountPolicy
import accountapi.App
import accountapi.Clock
import accountapi.Users
import java.security.SecureRandom
import sekisho.Environment
import sekisho.KeyRing
import sekisho.MemoryCounters
import sekisho.PasswordPolicy

/** What signs dev mode's access tokens, as long as the process lives. */
internal val SECRET = ByteArray(32).also(SecureRandom()::nextBytes)

/** What dev mode is made of: everything in memory, and tokens of its own. */
fun development(): App {
    val clock = Clock()
    return App(
        clock,
        policy = AccountPolicy(),
        keys = KeyRing.generate(Environment.DEVELOPMENT),
        passwords = PasswordPolicy(),
        counters = MemoryCounters(clock),
        users = Users.open(":memory:"),
        tokens = devTokens(SECRET),
        delivery = Outbox(),
    )
}
