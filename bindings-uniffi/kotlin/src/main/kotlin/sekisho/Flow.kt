package sekisho

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.withContext
import sekisho.internal.CodeCheckFlow
import sekisho.internal.CodeSendFlow
import sekisho.internal.Computation
import sekisho.internal.CounterOp as RustCounterOp
import sekisho.internal.EmptyFlow
import sekisho.internal.Executor
import sekisho.internal.PasswordCheckFlow
import sekisho.internal.PresentationFlow
import sekisho.internal.SekishoException as RustSekishoException

/**
 * A flow under way. Add its [ops] in your store and [resume] with the new values, until there are none;
 * then [outcome] has what it came to. Dropping it allows nothing.
 */
public class Flow<out Outcome> internal constructor(private val rust: RustFlow<Outcome>) : AutoCloseable by rust {
    /** The additions to make, in this order, each atomic by itself; `null` where it has ended. */
    public val ops: List<CounterOp>?
        get() = rust.ops()?.let(::lifted)

    /**
     * Goes on with the counters' new values. Such as no store can have end it, refusing.
     *
     * The first one of a password check computes Argon2: it blocks the thread for tens of milliseconds.
     */
    public fun resume(counts: List<Long>): Unit = rust.resume(counts(counts))

    /**
     * What the flow came to. It tells that once.
     *
     * @throws SekishoException where it was refused.
     */
    public fun outcome(): Outcome = refusals { rust.outcome() }
}

/** A flow in Rust, whatever it comes to. */
internal class RustFlow<out Outcome>(
    private val held: AutoCloseable,
    val ops: () -> List<RustCounterOp>?,
    val resume: (List<Long>) -> Unit,
    val outcome: () -> Outcome,
) : AutoCloseable by held

internal fun flow(rust: PasswordCheckFlow): Flow<PasswordVerified> =
    Flow(RustFlow(rust, rust::ops, rust::resume) { PasswordVerified(rust.outcome()) })

internal fun flow(rust: CodeSendFlow): Flow<CodeDrawn> =
    Flow(RustFlow(rust, rust::ops, rust::resume) { CodeDrawn(rust.outcome()) })

internal fun flow(rust: CodeCheckFlow): Flow<Verified> =
    Flow(RustFlow(rust, rust::ops, rust::resume) { Verified(rust.outcome()) })

internal fun flow(rust: PresentationFlow): Flow<Accepted> =
    Flow(RustFlow(rust, rust::ops, rust::resume) { Accepted(rust.outcome()) })

internal fun flow(rust: EmptyFlow): Flow<Unit> = Flow(RustFlow(rust, rust::ops, rust::resume, rust::outcome))

/** What a flow comes to that Rust drives over a store. A store that throws ends it, refusing. */
internal suspend inline fun <T> drive(counters: CounterStore, flow: (Bridge) -> T): T {
    Native.load()
    val bridge = Bridge(counters, currentCoroutineContext().minusKey(Job))
    try {
        return flow(bridge)
    } catch (error: RustSekishoException) {
        throw raised(error, bridge.cause)
    }
}

/** Has Argon2 computed on the threads that are there for computing. */
internal object Threads : Executor {
    override suspend fun run(computation: Computation): Unit =
        withContext(Dispatchers.Default) { computation.use { it.run() } }
}
