package sekisho

import kotlinx.serialization.json.JsonElement

/**
 * What is to be approved, such as a transfer: any data that JSON has. Two of the same data are the same,
 * however they are written (RFC 8785); any change is another operation.
 *
 * What is none is refused where it is used: [ErrorCode.OPERATION_INVALID].
 *
 * @param json the data as JSON text (RFC 7493: no name twice in an object, no integer beyond 2^53).
 */
public class Operation(json: String) {
    internal val json: String = json.wellFormed()

    /** The data itself: `buildJsonObject { … }` or `Json.encodeToJsonElement(transfer)`. */
    public constructor(json: JsonElement) : this(written(json))

    private companion object {
        fun written(json: JsonElement): String =
            try {
                json.toString()
            } catch (_: StackOverflowError) {
                // Deeper than any operation may be. This is none, either.
                ""
            }
    }
}
