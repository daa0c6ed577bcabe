package accountapi

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.JOSEObjectType
import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.KeySourceException
import com.nimbusds.jose.jwk.source.JWKSourceBuilder
import com.nimbusds.jose.proc.BadJOSEException
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier
import com.nimbusds.jose.proc.JWSKeySelector
import com.nimbusds.jose.proc.JWSVerificationKeySelector
import com.nimbusds.jose.proc.SecurityContext
import com.nimbusds.jose.util.DefaultResourceRetriever
import com.nimbusds.jwt.JWTClaimsSet
import com.nimbusds.jwt.proc.DefaultJWTProcessor
import java.net.URL
import java.text.ParseException
import java.util.Date
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.withContext

/** Those of issuers: no secret is published, so no symmetric one is accepted. */
private val ALGORITHMS = JWSAlgorithm.Family.RSA + setOf(JWSAlgorithm.ES256, JWSAlgorithm.ES384)

/** RFC 9068 §2.1 names the first two; issuers that do not follow it write the last or nothing. */
private val TYPES = arrayOf(JOSEObjectType("at+jwt"), JOSEObjectType("application/at+jwt"), JOSEObjectType.JWT, null)

/** Seconds that the issuer's clock may be ahead. An expiry has no leeway. */
private const val CLOCK_SKEW = 60

/** Milliseconds that the issuer may take for its keys, to connect and to answer. */
private const val ISSUER_TIMEOUT = 5_000

/** What a valid access token says: who is calling, through which client, with which scopes. */
class AccessToken(
    val subject: String,
    /** To which records are then bound. */
    val session: String?,
    val isFirstParty: Boolean,
    val scopes: Set<String>,
)

/** Which access tokens are accepted. */
class AccessTokens(
    private val issuer: String,
    private val audience: String,
    keys: JWSKeySelector<SecurityContext>,
    private val isFirstParty: (client: String?) -> Boolean,
    /** Where a check runs that may have to wait for keys. */
    private val context: CoroutineContext,
) {
    private val processor =
        DefaultJWTProcessor<SecurityContext>().apply {
            jwsKeySelector = keys
            jwsTypeVerifier = DefaultJOSEObjectTypeVerifier<SecurityContext>(*TYPES)
            // The library knows no clock but the system's.
            setJWTClaimsSetVerifier { _, _ -> }
        }

    /** Reads a token, which may come from an attacker. */
    suspend fun check(token: String, now: Long): AccessToken =
        try {
            read(withContext(context) { processor.process(token, null) }, now)
        } catch (cause: KeySourceException) {
            throw Problem.unavailable(cause)
        } catch (_: ParseException) {
            throw Problem.of(Refusal.UNAUTHORIZED)
        } catch (_: BadJOSEException) {
            throw Problem.of(Refusal.UNAUTHORIZED)
        } catch (_: JOSEException) {
            throw Problem.of(Refusal.UNAUTHORIZED)
        }

    private fun read(claims: JWTClaimsSet, now: Long): AccessToken {
        val isForUs = claims.issuer == issuer && audience in claims.audience
        val subject = claims.subject
        if (!isForUs || subject.isNullOrEmpty() || !isCurrent(claims, now)) throw Problem.of(Refusal.UNAUTHORIZED)
        val client = claims.getStringClaim("client_id") ?: claims.getStringClaim("azp")
        val scopes = claims.getStringClaim("scope").orEmpty().split(' ').filter(String::isNotEmpty).toSet()
        return AccessToken(subject, claims.getStringClaim("sid"), isFirstParty(client), scopes)
    }

    private fun isCurrent(claims: JWTClaimsSet, now: Long): Boolean {
        val latest = Date((now + CLOCK_SKEW) * 1_000)
        val begins = listOfNotNull(claims.notBeforeTime, claims.issueTime)
        return claims.expirationTime?.after(Date(now * 1_000)) == true && begins.none { it.after(latest) }
    }
}

/** The keys that an issuer publishes: cached, fetched anew for one that is not known, and kept while it is away. */
fun publishedKeys(url: URL): JWSKeySelector<SecurityContext> {
    val source =
        JWKSourceBuilder.create<SecurityContext>(url, DefaultResourceRetriever(ISSUER_TIMEOUT, ISSUER_TIMEOUT))
            .retrying(true).outageTolerant(true).build()
    return JWSVerificationKeySelector(ALGORITHMS, source)
}
