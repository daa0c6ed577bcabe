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

/** A text as it crosses over. A lone surrogate, which no encoding has, becomes U+FFFD. */
internal fun String.wellFormed(): String {
    if (none(Char::isSurrogate)) return this
    val encoder = Charsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE).replaceWith(REPLACEMENT)
    return Charsets.UTF_8.decode(encoder.encode(CharBuffer.wrap(this))).toString()
}
