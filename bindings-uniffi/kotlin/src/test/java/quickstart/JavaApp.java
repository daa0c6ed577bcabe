package quickstart;

import sekisho.CodeCheck;
import sekisho.CodeSend;
import sekisho.FutureVerifier;
import sekisho.Identifier;
import sekisho.MemoryCounters;
import sekisho.Operation;
import sekisho.Verifier;

public class JavaApp {
    public static void main(String[] arguments) {
        var verifier = new FutureVerifier(new Verifier(System.getenv("SEKISHO_KEYS")));
        var counters = new MemoryCounters();
        var to = Identifier.email("ana@example.com");
        var transfer = new Operation("{\"amount\":\"120.00\",\"currency\":\"EUR\",\"payee\":\"Ben\"}");
        var send = new CodeSend("user-1", to, null, null, transfer);
        var done = verifier.sendCode(counters, send)
                .thenCompose(sent -> verifier.checkCode(counters, new CodeCheck("user-1", to, sent.getChallenge(), sent.getCode())))
                .thenApply(verified -> verified.getLimits().getText());
        System.out.println(done.join());
    }
}
