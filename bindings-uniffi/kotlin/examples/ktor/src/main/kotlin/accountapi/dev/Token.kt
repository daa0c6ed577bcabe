package accountapi.dev

import accountapi.AccessTokens
import com.nimbusds.jose.JOSEObjectType
import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.crypto.MACSigner
import com.nimbusds.jose.jwk.source.ImmutableSecret
import com.nimbusds.jose.proc.JWSVerificationKeySelector
import com.nimbusds.jwt.JWTClaimsSet
import com.nimbusds.jwt.SignedJWT
import java.util.Date
import kotlin.coroutines.EmptyCoroutineContext

private const val ISSUER = "urn:sekisho:dev"
private const val AUDIENCE = "urn:sekisho:dev:account-api"

/** Client ids that begin like this are third parties'. */
private const val THIRD_PARTY = "third-party:"

/** What a token is asked for. */
data class NewToken(
    val sub: String,
    val scope: String = "openid profile email phone",
    val clientId: String = "dev-client",
    val firstParty: Boolean = true,
    val expiresIn: Long = 3600,
    val sessionId: String? = null,
)

/** Which access tokens are accepted: those signed with this secret. */
fun devTokens(secret: ByteArray): AccessTokens =
    AccessTokens(
        issuer = ISSUER,
        audience = AUDIENCE,
        keys = JWSVerificationKeySelector(JWSAlgorithm.HS256, ImmutableSecret(secret)),
        isFirstParty = { !it.orEmpty().startsWith(THIRD_PARTY) },
        context = EmptyCoroutineContext,
    )

/** An access token, valid from then on. */
fun mint(secret: ByteArray, now: Long, asked: NewToken): String {
    val client = if (asked.firstParty) asked.clientId else THIRD_PARTY + asked.clientId
    val claims =
        JWTClaimsSet.Builder().issuer(ISSUER).audience(AUDIENCE).subject(asked.sub)
            .issueTime(Date(now * 1_000)).expirationTime(Date((now + asked.expiresIn) * 1_000))
            .claim("scope", asked.scope).claim("client_id", client).claim("sid", asked.sessionId).build()
    val header = JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType("at+jwt")).build()
    return SignedJWT(header, claims).apply { sign(MACSigner(secret)) }.serialize()
}
