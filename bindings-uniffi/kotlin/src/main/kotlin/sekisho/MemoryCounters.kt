package sekisho

import java.time.Clock
import java.time.InstantSource

/**
 * Counters in the memory of this process, for development, tests and servers that are one process. They
 * are gone when it ends, and with them every budget and every mark of a used code.
 *
 * Any number of threads may use them.
 */
public class MemoryCounters
    @JvmOverloads
    constructor(private val clock: InstantSource = Clock.systemUTC()) : CounterStore {
        private class Counter(val count: Long, val expiresAt: Long)

        private val counters = HashMap<String, Counter>()
        private var additions = 0

        internal val size: Int
            get() = synchronized(counters) { counters.size }

        override suspend fun add(ops: List<CounterOp>): List<Long> = synchronized(counters) { addAll(ops) }

        private fun addAll(ops: List<CounterOp>): List<Long> {
            val now = clock.millis()
            additions += ops.size
            if (additions >= SWEEP_INTERVAL) {
                additions = 0
                counters.values.removeIf { it.expiresAt <= now }
            }
            return ops.map { addOne(it, now) }
        }

        private fun addOne(op: CounterOp, now: Long): Long {
            val kept = counters[op.key]?.takeIf { it.expiresAt > now }
            val count = maxOf(0, (kept?.count ?: 0) + op.delta)
            if (count == 0L) {
                counters.remove(op.key)
            } else {
                counters[op.key] = Counter(count, kept?.expiresAt ?: (now + op.ttl * MILLIS))
            }
            return count
        }

        private companion object {
            /** After this many additions what has expired is removed. */
            const val SWEEP_INTERVAL = 10_000
            const val MILLIS = 1_000
        }
    }
