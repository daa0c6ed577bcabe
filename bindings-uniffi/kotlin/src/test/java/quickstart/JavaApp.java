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
        var sent = verifier.sendCode(counters, send);
        var checked = sent.thenCompose(it -> {
            var code = it.getCode(); // your mail; the client gets it.getChallenge()
            return verifier.checkCode(counters, new CodeCheck("user-1", to, it.getChallenge(), code));
        });
        System.out.println(checked.join().getLimits());
    }
}
