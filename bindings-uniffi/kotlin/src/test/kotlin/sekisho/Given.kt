package sekisho

import java.util.Base64
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/** What vectors give, in the types of the package. */

fun identifier(given: Vector): Identifier =
    Identifier(Identifier.Type.valueOf(given.text("type").uppercase()), given.text("value"))

fun methods(given: Vector): List<Method> = given.texts("methods").map(::method)

fun method(text: String): Method = Method.entries.single { it.text == text }

fun purpose(given: Vector): Purpose = Purpose.entries.single { it.text == given.text("purpose") }

fun alphabet(given: Vector): Alphabet = Alphabet.valueOf(given.text("alphabet").uppercase())

fun requirement(given: Vector): Requirement =
    Requirement(
        methods(given),
        purpose(given),
        given.longOrNull("max_age"),
        given.isTrue("same_session"),
        if (given.isNull("identifier")) null else identifier(given.at("identifier")),
        given.isTrue("single_use"),
    )

fun codeSend(given: Vector): CodeSend =
    CodeSend(
        given.text("subject"),
        identifier(given.at("to")),
        purpose(given),
        given.textOrNull("session"),
        operation(given),
    )

fun presentation(
    given: Vector,
    record: String,
    requirement: Requirement,
    idempotencyKey: String? = null,
): Presentation =
    Presentation(
        given.text("subject"),
        record,
        requirement,
        idempotencyKey,
        given.textOrNull("session"),
        operation(given),
    )

fun operation(given: Vector): Operation? = given.textOrNull("operation")?.let(::Operation)

fun passwords(given: Vector): PasswordPolicy =
    PasswordPolicy(
        given.int("m_kib"),
        given.int("t"),
        given.int("p"),
        if (given.isNull("pepper")) null else pepper(given.at("pepper")),
        given.list("older").map(::pepper),
    )

private fun pepper(given: Vector) = Pepper(given.text("id"), given.bytes("key_hex"))

fun policy(given: Vector): Policy {
    val (code, failures, sends) = listOf("code", "failures", "sends").map(given::at)
    return Policy(
        given.long("record_lifetime"),
        CodePolicy(code.int("length"), alphabet(code), code.long("lifetime"), code.int("max_tries")),
        FailurePolicy(
            failures.int("limit"),
            failures.long("window"),
            failures.long("block"),
            failures.int("session_limit"),
        ),
        SendPolicy(sends.int("limit"), sends.long("window")),
    )
}

/** The outcome of a flow that is the first to touch each of its counters. */
fun <T> finish(flow: Flow<T>): T =
    flow.use {
        while (true) {
            val ops = flow.ops ?: break
            flow.resume(ops.map { maxOf(0, it.delta) })
        }
        flow.outcome()
    }

/** The record that a code of a challenge comes to. */
fun recordOf(vector: Vector, challenge: String, code: String): String {
    val check = CodeCheck(vector.text("subject"), identifier(vector.at("to")), challenge, code)
    return finish(Verifier(vector.text("ring")).steps.checkCode(check, vector.long("now"))).record
}

/** The bytes of a record or challenge. */
fun decoded(token: String): ByteArray = Base64.getUrlDecoder().decode(token.substring("sekisho_r1_".length))

/** HMAC-SHA-256. */
fun mac(key: ByteArray, content: ByteArray): ByteArray =
    Mac.getInstance("HmacSHA256").run {
        init(SecretKeySpec(key, algorithm))
        doFinal(content)
    }
