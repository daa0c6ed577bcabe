package accountapi

import com.fasterxml.jackson.module.kotlin.readValue
import io.lettuce.core.RedisClient
import java.net.URI
import java.time.InstantSource
import kotlinx.coroutines.Dispatchers
import sekisho.CounterStore
import sekisho.Environment
import sekisho.KeyRing
import sekisho.MemoryCounters
import sekisho.PasswordPolicy
import sekisho.RedisCounters
import sekisho.Verifier

/** The service's parts: everything a request handler needs, in one place. */
class App(
    val clock: Clock,
    @Volatile var policy: AccountPolicy,
    @Volatile var keys: KeyRing,
    val passwords: PasswordPolicy,
    @Volatile var counters: CounterStore,
    val users: Users,
    val tokens: AccessTokens,
    @Volatile var delivery: Delivery,
) {
    @Volatile
    var verifier: Verifier = makeVerifier(policy)

    fun makeVerifier(policy: AccountPolicy): Verifier = Verifier(keys, policy.toCore(), passwords)
}

/** The parts that the settings name. */
fun production(): App {
    val clock = Clock()
    return App(
        clock,
        policy = JSON.readValue(System.getenv("SEKISHO_POLICY") ?: "{}"),
        keys = productionKeys(),
        passwords = PasswordPolicy(),
        counters = counters(clock),
        users = Users.open(required("SEKISHO_DATABASE")),
        tokens = ofIssuer(),
        delivery = Relay(URI(required("SEKISHO_SMTP_URL")), required("SEKISHO_MAIL_FROM")),
    )
}

/** In Redis, where several processes serve; otherwise in this one's memory. */
private fun counters(clock: InstantSource): CounterStore {
    val url = System.getenv("SEKISHO_REDIS_URL") ?: return MemoryCounters(clock)
    return RedisCounters(RedisClient.create(url).connect().async())
}

/** Tokens that are signed with the keys an issuer publishes. */
private fun ofIssuer(): AccessTokens {
    val clients = System.getenv("SEKISHO_FIRST_PARTY_CLIENTS")?.split(",")?.map(String::trim)
    return AccessTokens(
        issuer = required("SEKISHO_ACCESS_TOKEN_ISSUER"),
        audience = required("SEKISHO_ACCESS_TOKEN_AUDIENCE"),
        keys = publishedKeys(URI(required("SEKISHO_ACCESS_TOKEN_JWKS_URL")).toURL()),
        isFirstParty = { clients == null || it in clients },
        context = Dispatchers.IO,
    )
}

private fun productionKeys(): KeyRing {
    val keys = KeyRing(required("SEKISHO_KEYS"))
    if (keys.environment != Environment.PRODUCTION) {
        fail("SEKISHO_KEYS is a development key ring. Make one for production.")
    }
    return keys
}

private fun required(name: String): String =
    System.getenv(name)?.ifEmpty { null } ?: fail("$name is not set: see the settings in README.md.")
