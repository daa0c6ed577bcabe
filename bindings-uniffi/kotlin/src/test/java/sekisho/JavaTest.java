package sekisho;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The jar from Java: futures, a store of Java's, the step form, and the form without counters. */
class JavaTest {
    private static final Identifier TO = Identifier.email("ana@example.com");

    private final Verifier verifier = new Verifier(KeyRing.generate(Environment.DEVELOPMENT));
    private final FutureVerifier futures = new FutureVerifier(verifier);

    /** Counters as Java has them. It expires nothing. */
    private static final class JavaCounters implements FutureCounterStore {
        private final Map<String, Long> counters = new HashMap<>();

        @Override
        public synchronized CompletableFuture<List<Long>> add(List<CounterOp> ops) {
            var counts = new ArrayList<Long>();
            for (var op : ops) {
                var created = Math.max(0, op.getDelta());
                counts.add(counters.merge(op.getKey(), created, (kept, given) -> Math.max(0, kept + op.getDelta())));
            }
            return CompletableFuture.completedFuture(counts);
        }
    }

    @Test
    void aCodeIsSentCheckedAndTheRecordUsedOnce() {
        var counters = new JavaCounters().toCounterStore();
        var sent = futures.sendCode(counters, new CodeSend("user-1", TO)).join();
        var check = new CodeCheck("user-1", TO, sent.getChallenge(), sent.getCode());
        var record = futures.checkCode(counters, check).join().getRecord();
        var once = new Requirement(List.of(Method.EMAIL_CODE), null, 300L, false, null, true);
        var accepted = futures.present(counters, new Presentation("user-1", record, once)).join();
        assertEquals(Method.EMAIL_CODE, accepted.getMethod());
        var used = futures.requireVerification(record, counters, "user-1", once).join();
        assertEquals(409, used.getStatus());
        assertTrue(used.getBody().toString().startsWith("{\"code\":\"record_used\""));
        assertNull(futures.requireVerification(record, counters, "user-1").join());
        futures.cancel(sent).join();
        futures.unblock(counters, "user-1").join();
        assertEquals(ErrorCode.CODE_NOT_FOUND, refusal(futures.checkCode(counters, check)).getCode());
        futures.revoke(counters, record, "user-1").join();
        var revoked = refusal(futures.present(counters, new Presentation("user-1", record)));
        assertEquals(ErrorCode.RECORD_NOT_FOUND, revoked.getCode());
    }

    @Test
    void aTransferIsShownSentAgainAndRevokedByItsLink() {
        var counters = new MemoryCounters();
        var transfer = new Operation("{\"amount\":\"120.00\",\"payee\":\"Ana\"}");
        assertEquals("120.00 to Ana", RenderMessageKt.renderMessage("{amount} to {payee}", transfer));
        var handle = verifier.issueResumeHandle("user-1").getHandle();
        verifier.checkResumeHandle(handle, Method.EMAIL_CODE, "user-1");
        var sent = futures.sendCode(counters, new CodeSend("user-1", TO, null, null, transfer)).join();
        var resend = new CodeResend("user-1", TO, sent.getChallenge(), null, transfer);
        var later = Instant.now().getEpochSecond() + 30;
        assertEquals(sent.getCode(), futures.resendCode(counters, resend, later).join().getCode());
        futures.revokeByLink(counters, sent.getRevocation()).join();
        var check = new CodeCheck("user-1", TO, sent.getChallenge(), sent.getCode());
        assertEquals(ErrorCode.CODE_NOT_FOUND, refusal(futures.checkCode(counters, check)).getCode());
    }

    @Test
    void aPasswordIsChecked() throws Exception {
        var counters = new MemoryCounters();
        String stored;
        try (var passwords = new PasswordPolicy(64, 1)) {
            stored = passwords.hash("correct horse");
        }
        var right = new PasswordCheck("user-1", "correct horse", stored);
        assertTrue(futures.checkPassword(counters, right).get(10, TimeUnit.SECONDS).getNeedsRehash());
        var wrong = new PasswordCheck("user-1", "wrong", stored);
        var refused = refusal(futures.checkPassword(counters, wrong));
        assertEquals(ErrorCode.INVALID_CREDENTIALS, refused.getCode());
        assertNull(refused.getRetryAfter());
    }

    @Test
    void whatAStoreThrowsIsTheCause() {
        var cause = new IllegalStateException("down");
        FutureCounterStore down = ops -> CompletableFuture.failedFuture(cause);
        FutureCounterStore throwing = ops -> {
            throw cause;
        };
        FutureCounterStore nothing = ops -> CompletableFuture.completedFuture(null);
        for (var store : List.of(down, throwing)) {
            var refused = refusal(futures.sendCode(store.toCounterStore(), new CodeSend("user-1", TO)));
            assertEquals(ErrorCode.COUNTER_STORE_FAILED, refused.getCode());
            assertSame(cause, refused.getCause());
        }
        var refused = refusal(futures.sendCode(nothing.toCounterStore(), new CodeSend("user-1", TO)));
        assertEquals(ErrorCode.COUNTER_STORE_FAILED, refused.getCode());
    }

    @Test
    void aFlowIsDrivenStepByStep() throws Exception {
        var counters = new JavaCounters();
        CodeDrawn sent;
        try (var flow = verifier.getSteps().sendCode(new CodeSend("user-1", TO))) {
            for (var ops = flow.getOps(); ops != null; ops = flow.getOps()) {
                flow.resume(counters.add(ops).get());
            }
            sent = flow.outcome();
        }
        assertEquals(6, sent.getCode().length());
    }

    @Test
    void withoutCountersNothingIsAsynchronous() {
        try (var keys = KeyRing.generate(Environment.DEVELOPMENT);
                var uncounted = Verifier.withoutCounters(keys)) {
            var sent = uncounted.sendCode(new CodeSend("user-1", TO));
            var check = new CodeCheck("user-1", TO, sent.getChallenge(), sent.getCode());
            var record = uncounted.checkCode(check).getRecord();
            assertEquals(Limits.NOT_COUNTED, uncounted.present(new Presentation("user-1", record)).getLimits());
            var stolen = new Presentation("user-2", record);
            var refused = assertThrows(SekishoException.class, () -> uncounted.present(stolen));
            assertEquals("verification_record.not_found", refused.getCode().getText());
        }
    }

    private static SekishoException refusal(CompletableFuture<?> future) {
        var thrown = assertThrows(CompletionException.class, () -> future.orTimeout(10, TimeUnit.SECONDS).join());
        return assertInstanceOf(SekishoException.class, thrown.getCause());
    }
}
