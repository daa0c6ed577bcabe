package sekisho

import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.withContext
import sekisho.internal.CounterOp as RustCounterOp
import sekisho.internal.CounterStore as RustCounterStore
import sekisho.internal.CounterStoreException

/** One addition to a counter. */
public data class CounterOp(
    /** Names the counter: 22 characters of base64url, a keyed digest without personal data. */
    val key: String,
    /** What to add, between -2^52 and 2^52; 0 reads. */
    val delta: Long,
    /** Seconds that a counter lives which this addition creates. */
    val ttl: Long,
)

/**
 * Where counters are kept. An addition is all there is:
 *
 * - A counter that is missing, has expired or stands at zero does not exist. A positive delta creates it
 *   with its ttl; no addition extends the ttl of one that exists.
 * - A negative delta creates no counter and takes none below zero.
 * - Each addition is atomic: of two at a time the second sees the first.
 */
public fun interface CounterStore {
    /** Makes the additions in their order and answers with the new values in the same order. */
    public suspend fun add(ops: List<CounterOp>): List<Long>
}

/** A store as Rust sees it, which runs in the caller's context and keeps what the store threw. */
internal class Bridge(
    private val counters: CounterStore,
    private val context: CoroutineContext,
) : RustCounterStore {
    @Volatile
    var cause: Throwable? = null
        private set

    override suspend fun add(ops: List<RustCounterOp>): List<Long> =
        try {
            // Caught within: on its way out of a context an exception may be copied.
            withContext(context) { runCatching { counts(counters.add(lifted(ops))) } }.getOrThrow()
        } catch (
            // An error that is no exception would never reach Rust, which would wait for ever.
            @Suppress("TooGenericExceptionCaught") thrown: Throwable,
        ) {
            cause = thrown
            throw CounterStoreException.Unavailable(null)
        }
}

internal fun lifted(ops: List<RustCounterOp>): List<CounterOp> = ops.map { CounterOp(it.key, it.delta, it.ttl) }

/** What a store answered. In the place of what is no count, as Java can have it, stands what no store has. */
internal fun counts(answer: List<*>?): List<Long> = answer.orEmpty().map { it as? Long ?: -1 }
