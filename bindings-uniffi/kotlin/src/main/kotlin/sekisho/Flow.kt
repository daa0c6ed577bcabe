package sekisho

import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext
import sekisho.internal.CodeCheckFlow
import sekisho.internal.CodeSendFlow
import sekisho.internal.CounterOp as RustCounterOp
import sekisho.internal.EmptyFlow
import sekisho.internal.PasswordCheckFlow
import sekisho.internal.PresentationFlow

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
     * One of a password check computes Argon2: it blocks the thread for tens of milliseconds.
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

/**
 * What a flow comes to, driven over a store: it asks for counters, they are added, it resumes. A store that
 * throws ends it, refusing.
 *
 * @param context where the flow goes on after each addition.
 */
internal suspend fun <T> drive(
    counters: CounterStore,
    flow: Flow<T>,
    context: CoroutineContext = EmptyCoroutineContext,
): T =
    flow.use {
        while (true) {
            val ops = flow.ops ?: break
            val counts = added(counters, ops)
            withContext(context) { flow.resume(counts) }
        }
        flow.outcome()
    }

/** Whatever a store throws is no permission. */
@Suppress("TooGenericExceptionCaught")
private suspend fun added(counters: CounterStore, ops: List<CounterOp>): List<Long> =
    try {
        counts(counters.add(ops))
    } catch (cause: Throwable) {
        currentCoroutineContext().ensureActive()
        throw failure(ErrorCode.COUNTER_STORE_FAILED, cause)
    }
