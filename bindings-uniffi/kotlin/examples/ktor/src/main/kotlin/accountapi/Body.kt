package accountapi

import com.fasterxml.jackson.core.JsonProcessingException
import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.node.JsonNodeFactory
import com.fasterxml.jackson.databind.node.ObjectNode
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.parseUrlEncodedParameters
import io.ktor.server.application.ApplicationCall
import io.ktor.server.request.receiveChannel
import io.ktor.utils.io.readAvailable
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import sekisho.Identifier
import sekisho.Purpose

/** The largest body that is read, in bytes: many times what the contract's fields can hold. */
private const val MAX_BYTES = 64 * 1024

/** How much of a body that is too large is read and thrown away, so that a client gets its answer. */
private const val MAX_DISCARDED_BYTES = 16 * 1024 * 1024

/** The longest password, in bytes of UTF-8; what is longer is nobody's. */
private const val MAX_PASSWORD_BYTES = 4096

private val FORM = ContentType.Application.FormUrlEncoded
private val JSON_TYPE = Regex("""application/(.+\+)?json""")
private val NESTED = Regex("""(\w+)\[(\w+)]""")

/**
 * A request body: JSON or a form, read into fields that are then asked for one by one. What is wrong with
 * them is collected, so that one answer names all of it.
 */
class Body private constructor(
    private val values: ObjectNode,
    private val wrong: MutableList<String> = mutableListOf(),
    private val path: String = "",
    /** Why fields may be missing although the client has written them. */
    private val mistaken: String? = null,
) {
    /** A string that is not empty. */
    fun text(name: String): String = textOrEmpty(name).ifEmpty { reject(name, "must not be empty") }

    /** A string. */
    fun textOrEmpty(name: String): String {
        val value = values[name] ?: return reject(name, "is required")
        if (!value.isTextual) return reject(name, "must be a string")
        val text = value.textValue()
        // JSON can spell lone surrogates.
        return if (isUnicode(text)) text else reject(name, "must be Unicode text")
    }

    /** A string that can be somebody's password. */
    fun password(name: String): String {
        val typed = text(name)
        if (typed.toByteArray().size <= MAX_PASSWORD_BYTES) return typed
        return reject(name, "must be at most $MAX_PASSWORD_BYTES bytes long")
    }

    /** A string that can be an id. */
    fun id(name: String): String {
        val text = text(name)
        return if (text.none(Char::isISOControl)) text else reject(name, "must not hold control characters")
    }

    /** The same, or none. */
    fun idOrNull(name: String): String? = if (has(name)) id(name) else null

    /** An object of any members, or none. */
    fun objectOrNull(name: String): ObjectNode? {
        val value = values[name] ?: return null
        if (value !is ObjectNode) reject(name, "must be an object")
        return value as? ObjectNode
    }

    /** A string that a regular expression matches as a whole. */
    fun matching(name: String, pattern: Regex, must: String): String {
        val text = text(name)
        return if (text.isEmpty() || pattern.matches(text)) text else reject(name, must)
    }

    fun has(name: String): Boolean = values.has(name)

    /** An object of a `type` and a `value`. */
    fun identifier(name: String): Identifier {
        val value = values[name]
        if (value !is ObjectNode) {
            reject(name, if (value == null) "is required" else "must be an object of type and value")
            return Identifier.email("")
        }
        val inner = Body(value, wrong, "$path$name.")
        val type = inner.text("type")
        if (type == "email") return inner.email("value")
        if (type == "phone") return inner.phone("value")
        if (type.isNotEmpty()) inner.reject("type", "must be email or phone")
        return Identifier.email("")
    }

    /** An e-mail address. */
    fun email(name: String): Identifier = parsed(name, Identifier.email(text(name)), "must be an e-mail address")

    /** A phone number. */
    fun phone(name: String): Identifier {
        val must = "must be a phone number: digits only, the country code first"
        return parsed(name, Identifier.phone(text(name)), must)
    }

    /** A template that can be asked for, or none. */
    fun template(name: String): Purpose? {
        if (!values.has(name)) return null
        val asked = text(name)
        val known = listOf(Purpose.BIND_MFA, Purpose.USER_PERMISSION_VALIDATION).find { it.text == asked }
        if (known == null && asked.isNotEmpty()) reject(name, "must be BindMfa or UserPermissionValidation")
        return known
    }

    /** Ends the request where any of the fields was wrong; their values mean nothing before that. */
    fun end() {
        if (wrong.isNotEmpty()) throw Problem.invalidInput((wrong + listOfNotNull(mistaken)).joinToString("\n"))
    }

    private fun parsed(name: String, identifier: Identifier, must: String): Identifier {
        if (identifier.value.isNotEmpty() && !isIdentifier(identifier)) reject(name, must)
        return identifier
    }

    /** Stands for a value that is never used, since the request ends. */
    private fun reject(name: String, what: String): String {
        wrong += "Error in key path \"$path$name\": it $what."
        return ""
    }

    companion object {
        suspend fun read(call: ApplicationCall): Body {
            val text = readText(call)
            val type = call.request.headers[HttpHeaders.ContentType].orEmpty().substringBefore(';').trim().lowercase()
            if (type == FORM.toString()) return Body(parseForm(text), mistaken = mistakenForm(text))
            if (JSON_TYPE.matches(type)) return Body(if (text.isEmpty()) nothing() else parseJson(text))
            // A body of a format that is not known has no fields.
            val why = "The body was not read: its Content-Type must be application/json or $FORM."
            return Body(nothing(), mistaken = why.takeIf { text.isNotEmpty() })
        }
    }
}

/** A body of JSON, whatever its type is said to be. */
suspend fun readJson(call: ApplicationCall): JsonNode = parse(readText(call))

private suspend fun readText(call: ApplicationCall): String {
    val channel = call.receiveChannel()
    val (kept, buffer) = ByteArrayOutputStream() to ByteArray(8 * 1024)
    var length = 0
    while (length <= MAX_DISCARDED_BYTES) {
        val count = channel.readAvailable(buffer)
        if (count < 0) break
        length += count
        if (length <= MAX_BYTES) kept.write(buffer, 0, count)
    }
    if (length > MAX_BYTES) throw Problem.of(Refusal.BODY_TOO_LARGE)
    try {
        return Charsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(kept.toByteArray())).toString()
    } catch (_: CharacterCodingException) {
        throw Problem.invalidInput("The body is not UTF-8.")
    }
}

/** Any JSON but an object has no fields. */
private fun parseJson(text: String): ObjectNode = parse(text) as? ObjectNode ?: nothing()

private fun parse(text: String): JsonNode =
    try {
        JSON.readTree(text)
    } catch (_: JsonProcessingException) {
        throw Problem.invalidInput("The body is not JSON.")
    }

/** Nested fields are written in brackets: `identifier[type]=email`. */
private fun parseForm(text: String): ObjectNode {
    val values = nothing()
    text.parseUrlEncodedParameters().forEach { name, given ->
        val nested = NESTED.matchEntire(name)?.destructured
        if (nested == null) {
            values.put(name, given.last())
        } else {
            val (outer, inner) = nested
            val held = values[outer] as? ObjectNode ?: values.putObject(outer)
            held.put(inner, given.last())
        }
    }
    return values
}

/** What to tell a client whose JSON has the type that curl gives. */
private fun mistakenForm(text: String): String? {
    if (!text.trimStart().startsWith("{")) return null
    return "The body was read as a form, since its Content-Type is $FORM. It looks like JSON: send it as " +
        "application/json."
}

private fun nothing(): ObjectNode = JsonNodeFactory.instance.objectNode()

private fun isUnicode(text: String): Boolean = Charsets.UTF_8.newEncoder().canEncode(text)
