package accountapi

import com.fasterxml.jackson.core.JsonParser
import com.fasterxml.jackson.databind.DeserializationFeature
import com.fasterxml.jackson.databind.MapperFeature
import com.fasterxml.jackson.databind.json.JsonMapper
import com.fasterxml.jackson.module.kotlin.jacksonMapperBuilder
import io.ktor.http.ContentType
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.response.respond
import io.ktor.server.response.respondText

/** JSON as it stands in the RFC, and of exactly the types that are asked for. */
val JSON: JsonMapper =
    jacksonMapperBuilder()
        .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        // Of a number that is too large for a double none is made that another reader would not.
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .build()

private val TYPE = ContentType.parse("application/json; charset=utf-8")

/** An answer with a JSON body. */
suspend fun ApplicationCall.answer(status: Int, body: Any): Unit =
    answerText(status, JSON.writeValueAsString(body))

/** An answer with a body that is JSON already. */
suspend fun ApplicationCall.answerText(status: Int, json: String): Unit =
    respondText(json, TYPE, HttpStatusCode.fromValue(status))

/** A successful answer without a body. */
suspend fun ApplicationCall.answerNothing(): Unit = respond(HttpStatusCode.NoContent)
