package sekisho

import java.io.File
import java.lang.reflect.Method as JavaMethod
import java.util.concurrent.ConcurrentHashMap
import java.util.stream.Stream
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.extension.ExtendWith
import org.junit.jupiter.api.extension.ExtensionContext
import org.junit.jupiter.api.extension.InvocationInterceptor
import org.junit.jupiter.api.extension.ReflectiveInvocationContext
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.Arguments
import org.junit.jupiter.params.provider.ArgumentsProvider
import org.junit.jupiter.params.provider.ArgumentsSource
import org.junit.jupiter.params.support.AnnotationConsumer
import org.junit.jupiter.params.support.ParameterDeclarations

/** The vectors that every language reads, by the names of their files. */
val FILES: Map<String, JsonObject> =
    File("../../tests/vectors").listFiles { file -> file.extension == "json" }!!.associate {
        it.nameWithoutExtension to Json.parseToJsonElement(it.readText()) as JsonObject
    }

/** Runs a test for each case of a section, under the case's id. */
@ParameterizedTest(name = "{0}")
@ArgumentsSource(VectorSource::class)
@ExtendWith(RunVectors::class)
annotation class Vectors(val file: String, val section: String)

class VectorSource : ArgumentsProvider, AnnotationConsumer<Vectors> {
    private lateinit var given: Vectors

    override fun accept(annotation: Vectors) {
        given = annotation
    }

    override fun provideArguments(parameters: ParameterDeclarations, context: ExtensionContext): Stream<Arguments> {
        val cases = cases(given.file, given.section)
        check(cases.isNotEmpty()) { "${given.file}.${given.section} has no cases" }
        return cases.stream().map { Arguments.of(it) }
    }
}

fun cases(file: String, section: String): List<Vector> =
    (FILES.getValue(file).getValue(section) as JsonArray).map { Vector(it as JsonObject) }

/** Each vector of the folder, by its file, section and id. */
fun everyVector(): Set<String> =
    FILES.flatMap { (file, content) ->
        content.filterValues { it is JsonArray }.keys.flatMap { section ->
            cases(file, section).map { "$file.$section $it" }
        }
    }.toSet()

/** Notes the vectors whose tests run. */
class RunVectors : InvocationInterceptor {
    override fun interceptTestTemplateMethod(
        invocation: InvocationInterceptor.Invocation<Void?>,
        invocationContext: ReflectiveInvocationContext<JavaMethod>,
        extensionContext: ExtensionContext,
    ) {
        val of = extensionContext.requiredTestMethod.getAnnotation(Vectors::class.java)
        RUN += "${of.file}.${of.section} ${invocationContext.arguments.single()}"
        invocation.proceed()
    }

    companion object {
        val RUN: MutableSet<String> = ConcurrentHashMap.newKeySet()
    }
}

/** One case: an object of JSON, asked for its fields. */
class Vector(val json: JsonObject) {
    fun has(name: String): Boolean = name in json

    fun at(name: String): Vector = Vector(json.getValue(name) as JsonObject)

    fun list(name: String): List<Vector> = (json[name] as? JsonArray).orEmpty().map { Vector(it as JsonObject) }

    fun texts(name: String): List<String> = (json[name] as? JsonArray).orEmpty().map { it.jsonPrimitive.content }

    fun numbers(name: String): List<Long> = (json.getValue(name) as JsonArray).map { it.jsonPrimitive.long }

    fun text(name: String): String = json.getValue(name).jsonPrimitive.also { check(it.isString) }.content

    fun textOrNull(name: String): String? = if (isNull(name)) null else text(name)

    fun long(name: String): Long = json.getValue(name).jsonPrimitive.long

    fun longOrNull(name: String): Long? = if (isNull(name)) null else long(name)

    fun int(name: String): Int = json.getValue(name).jsonPrimitive.int

    fun isTrue(name: String): Boolean = json.getValue(name).jsonPrimitive.boolean

    fun bytes(name: String): ByteArray = text(name).chunked(2).map { it.toInt(16).toByte() }.toByteArray()

    fun isNull(name: String): Boolean = (json[name] ?: JsonNull) is JsonNull

    /** Its id; error codes are their own. */
    override fun toString(): String = textOrNull("id") ?: text("code")
}

/** What a call came to, in the vectors' form. */
fun outcome(of: () -> Any?): JsonElement =
    try {
        jsonOf("ok" to of())
    } catch (error: SekishoException) {
        val code = "error" to error.code.text
        error.retryAfter?.let { jsonOf(code, "retry_after" to it) } ?: jsonOf(code)
    }

fun jsonOf(vararg fields: Pair<String, Any?>): JsonObject =
    JsonObject(fields.associate { (name, value) -> name to toJson(value) })

private fun toJson(value: Any?): JsonElement =
    when (value) {
        null, Unit -> JsonNull
        is JsonElement -> value
        is String -> JsonPrimitive(value)
        is Number -> JsonPrimitive(value)
        is Boolean -> JsonPrimitive(value)
        is List<*> -> JsonArray(value.map(::toJson))
        else -> error("$value is not in the vectors' form")
    }

fun Vector.expect(of: () -> Any?) = assertEquals(at("expect").json, outcome(of))
