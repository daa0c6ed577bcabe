package sekisho

import sekisho.internal.CounterOp as RustCounterOp

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

internal fun lifted(ops: List<RustCounterOp>): List<CounterOp> = ops.map { CounterOp(it.key, it.delta, it.ttl) }

/** What a store answered. In the place of what is no count, as Java can have it, stands what no store has. */
internal fun counts(answer: List<*>?): List<Long> = answer.orEmpty().map { it as? Long ?: -1 }
