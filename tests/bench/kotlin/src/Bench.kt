/*
 * The Kotlin package beside what one would take instead, in one run.
 *
 * `BenchKt FILE` prints a table and writes it to the file. The sides of a row take turns, so that whatever
 * else the machine does meets them alike; the figure is the median of the turns, after those that warm up.
 */

import com.auth0.jwt.JWT
import com.auth0.jwt.algorithms.Algorithm
import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.crypto.MACSigner
import com.nimbusds.jose.crypto.MACVerifier
import com.nimbusds.jwt.JWTClaimsSet
import com.nimbusds.jwt.SignedJWT
import java.io.File
import java.time.Instant
import java.util.Date
import sekisho.CodeCheck
import sekisho.CodeSend
import sekisho.Environment
import sekisho.Identifier
import sekisho.KeyRing
import sekisho.Presentation
import sekisho.Verifier

/** How often the sides take turns, after as many that warm up. */
const val TURNS = 2_001

/** How long a turn takes about, in nanoseconds: shorter than the slices of time that other processes take. */
const val TURN_NANOS = 1_000_000L

val KEY = "0123456789abcdef".repeat(2).toByteArray()

fun main(arguments: Array<String>) {
    val sides = mapOf("sekisho" to ours(), "java-jwt" to javaJwt(), "nimbus-jose-jwt" to nimbus())
    val medians = medians(sides.values.toList())
    val rows =
        sides.keys.mapIndexed { index, name ->
            val ratio = medians[index] / medians[0]
            "| $name | %.1f µs | %.2f |\n".format(medians[index] / 1e3, ratio)
        }
    val what = "A record made of a challenge, and held; JWT HS256 encoded, and decoded"
    val table = "Java ${Runtime.version()}\n\n| $what | time | times of sekisho |\n| --- | --- | --- |\n"
    println(table + rows.joinToString(""))
    File(arguments[0]).writeText(table + rows.joinToString(""))
}

fun ours(): () -> Unit {
    val verifier = Verifier.withoutCounters(KeyRing.generate(Environment.DEVELOPMENT))
    val to = Identifier.email("ana@example.com")
    val sent = verifier.sendCode(CodeSend("user-1", to))
    return {
        val verified = verifier.checkCode(CodeCheck("user-1", to, sent.challenge, sent.code))
        verifier.present(Presentation("user-1", verified.record))
    }
}

fun javaJwt(): () -> Unit {
    val algorithm = Algorithm.HMAC256(KEY)
    val verifier = JWT.require(algorithm).build()
    val (now, id) = Pair(Instant.now(), "0".repeat(32))
    return {
        val token =
            JWT.create().withSubject("user-1").withIssuedAt(now).withExpiresAt(now.plusSeconds(600)).withJWTId(id)
                .withArrayClaim("amr", arrayOf("otp")).sign(algorithm)
        verifier.verify(token)
    }
}

fun nimbus(): () -> Unit {
    val (signer, verifier) = Pair(MACSigner(KEY), MACVerifier(KEY))
    val (now, id) = Pair(Instant.now(), "0".repeat(32))
    return {
        val claims =
            JWTClaimsSet.Builder().subject("user-1").issueTime(Date.from(now)).jwtID(id)
                .expirationTime(Date.from(now.plusSeconds(600))).claim("amr", listOf("otp")).build()
        val token = SignedJWT(JWSHeader(JWSAlgorithm.HS256), claims).apply { sign(signer) }.serialize()
        val decoded = SignedJWT.parse(token)
        check(decoded.verify(verifier) && decoded.jwtClaimsSet.expirationTime.after(Date()))
    }
}

/** The median of each side's turns, in nanoseconds for one call. */
fun medians(sides: List<() -> Unit>): List<Double> {
    val counts = sides.map { side -> (TURN_NANOS / turn(side, 20_000)).toInt().coerceAtLeast(1) }
    val turns = List(2 * TURNS) { sides.mapIndexed { index, side -> turn(side, counts[index]) } }.drop(TURNS)
    return sides.indices.map { index -> turns.map { it[index] }.sorted()[TURNS / 2] }
}

fun turn(call: () -> Unit, count: Int): Double {
    val begun = System.nanoTime()
    repeat(count) { call() }
    return (System.nanoTime() - begun).toDouble() / count
}
