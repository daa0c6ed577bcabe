package sekisho.internal

import com.sun.jna.Memory
import com.sun.jna.Pointer
import java.nio.ByteOrder

/** Calls the library with this thread's memory for arguments and answers. Calls do not nest. */
internal inline fun <T> crossing(call: Crossing.() -> T): T = call(Crossing.ofThread())

/** Puts these bytes into a buffer that has room for them. */
internal fun RustBuffer.fill(bytes: ByteArray, length: Int) {
    data!!.write(0, bytes, 0, length)
    len = length.toLong()
}

/**
 * Memory in which arguments go over and answers come back, in elements of 8 bytes, as UniFFI's functions
 * `uniffi_ffibuffer_…` read and write it: a number takes one, a buffer three (its capacity, its length and
 * where it is) and a status four (its code and a buffer).
 */
internal class Crossing private constructor() {
    // Holds the memory as long as this is in use.
    private val memory = Memory(2L * HALF)
    private val elements = memory.getByteBuffer(0, memory.size()).order(ByteOrder.nativeOrder())

    /** Where the arguments are. */
    val arguments: Long = Pointer.nativeValue(memory)

    /** Where the answer is, and after it the status. */
    val answer: Long = arguments + HALF

    fun put(number: Long) {
        elements.putLong(number)
    }

    fun put(buffer: RustBuffer) {
        elements.putLong(buffer.capacity).putLong(buffer.len).putLong(Pointer.nativeValue(buffer.data))
    }

    /** The status of a call that is told where to write one only if it fails. */
    fun succeed() {
        elements.put(HALF, UNIFFI_CALL_SUCCESS)
    }

    fun long(status: UniffiRustCallStatus): Long {
        tell(status, HALF + ELEMENT)
        return elements.getLong(HALF)
    }

    fun buffer(status: UniffiRustCallStatus): RustBuffer.ByValue {
        tell(status, HALF + 3 * ELEMENT)
        return buffer()
    }

    fun buffer(): RustBuffer.ByValue = bufferAt(HALF)

    fun tell(status: UniffiRustCallStatus): Unit = tell(status, HALF)

    private fun tell(status: UniffiRustCallStatus, at: Int) {
        status.code = elements.get(at)
        if (!status.isSuccess()) status.error_buf = bufferAt(at + ELEMENT)
    }

    private fun bufferAt(at: Int): RustBuffer.ByValue =
        RustBuffer.ByValue().apply {
            capacity = elements.getLong(at)
            len = elements.getLong(at + ELEMENT)
            data = Pointer(elements.getLong(at + 2 * ELEMENT))
        }

    companion object {
        private const val ELEMENT = 8

        /** Bytes for the arguments, and as many for the answer: several times what any function takes. */
        private const val HALF = 64 * ELEMENT

        private val OF_THREADS: ThreadLocal<Crossing> = ThreadLocal.withInitial(::Crossing)

        fun ofThread(): Crossing = OF_THREADS.get().apply { elements.clear() }
    }
}
