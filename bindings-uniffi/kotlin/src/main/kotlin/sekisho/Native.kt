package sekisho

import java.nio.CharBuffer
import java.nio.charset.CodingErrorAction
import sekisho.internal.uniffiEnsureInitialized

/** The Rust library behind everything here. */
internal object Native {
    init {
        // Compares the checksums of the library with those that the bindings were generated from: one
        // of another version would answer nonsense.
        uniffiEnsureInitialized()
    }

    /** Has the library loaded and compared, once. */
    fun load() = Unit
}

private val REPLACEMENT = byteArrayOf(0xEF.toByte(), 0xBF.toByte(), 0xBD.toByte())

/**
 * A text as it crosses over. One with a lone surrogate, which no encoding has, becomes the empty one, which no
 * rule takes: to replace the surrogate would make one text of many.
 */
internal fun String.wellFormed(): String {
    if (none(Char::isSurrogate) || Charsets.UTF_8.newEncoder().canEncode(this)) return this
    return ""
}

/** A text to look for words in. A lone surrogate, which is in none of them, becomes U+FFFD. */
internal fun String.searchable(): String {
    if (none(Char::isSurrogate)) return this
    val encoder = Charsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE).replaceWith(REPLACEMENT)
    return Charsets.UTF_8.decode(encoder.encode(CharBuffer.wrap(this))).toString()
}
