package sekisho

import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future

/** A counter store of Java's: see [CounterStore] for what it does. */
public fun interface FutureCounterStore {
    /** Makes the additions in their order and answers with the new values in the same order. */
    public fun add(ops: List<CounterOp>): CompletionStage<List<Long>>

    /** The store as verifiers take it. */
    public fun toCounterStore(): CounterStore = CounterStore { add(it).await() }
}

/**
 * The flows of a [Verifier] for Java, and whoever else has futures in the place of coroutines.
 *
 * What the rules refuse completes a future with a [SekishoException]. Cancelling a future cancels what
 * the store does, if it can be cancelled. Stores are called on threads of `Dispatchers.Default`.
 */
public class FutureVerifier(private val verifier: Verifier) : AutoCloseable by verifier {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    /** See [Verifier.checkPassword]. */
    @JvmOverloads
    public fun checkPassword(
        counters: CounterStore,
        check: PasswordCheck,
        now: Long? = null,
        entropy: ByteArray? = null,
    ): CompletableFuture<PasswordVerified> = scope.future { verifier.checkPassword(counters, check, now, entropy) }

    /** See [Verifier.sendCode]. */
    @JvmOverloads
    public fun sendCode(
        counters: CounterStore,
        send: CodeSend,
        now: Long? = null,
        entropy: ByteArray? = null,
    ): CompletableFuture<CodeSent> = scope.future { verifier.sendCode(counters, send, now, entropy) }

    /** See [CodeSent.cancel]. */
    public fun cancel(sent: CodeSent): CompletableFuture<Unit> = scope.future { sent.cancel() }

    /** See [Verifier.resendCode]. */
    @JvmOverloads
    public fun resendCode(
        counters: CounterStore,
        resend: CodeResend,
        now: Long? = null,
    ): CompletableFuture<CodeSent> = scope.future { verifier.resendCode(counters, resend, now) }

    /** See [Verifier.checkCode]. */
    @JvmOverloads
    public fun checkCode(
        counters: CounterStore,
        check: CodeCheck,
        now: Long? = null,
    ): CompletableFuture<Verified> = scope.future { verifier.checkCode(counters, check, now) }

    /** See [Verifier.present]. */
    @JvmOverloads
    public fun present(
        counters: CounterStore,
        shown: Presentation,
        now: Long? = null,
    ): CompletableFuture<Accepted> = scope.future { verifier.present(counters, shown, now) }

    /** See [Verifier.revoke]. */
    @JvmOverloads
    public fun revoke(
        counters: CounterStore,
        record: String,
        subject: String,
        now: Long? = null,
    ): CompletableFuture<Unit> = scope.future { verifier.revoke(counters, record, subject, now) }

    /** See [Verifier.revokeByLink]. */
    @JvmOverloads
    public fun revokeByLink(
        counters: CounterStore,
        revocation: String,
        now: Long? = null,
    ): CompletableFuture<Unit> = scope.future { verifier.revokeByLink(counters, revocation, now) }

    /** See [Verifier.unblock]. */
    public fun unblock(counters: CounterStore, subject: String): CompletableFuture<Unit> =
        scope.future { verifier.unblock(counters, subject) }

    /** See the function [sekisho.requireVerification]; completes with `null` where the record is good. */
    @JvmOverloads
    public fun requireVerification(
        record: String?,
        counters: CounterStore,
        subject: String,
        requirement: Requirement = Requirement(),
        idempotencyKey: String? = null,
        session: String? = null,
        operation: Operation? = null,
        now: Long? = null,
    ): CompletableFuture<Refusal?> =
        scope.future {
            requireVerification(
                record, verifier, counters, subject, requirement, idempotencyKey, session, operation, now,
            )
        }
}
