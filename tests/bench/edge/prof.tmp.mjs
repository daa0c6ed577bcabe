import { KeyRing, Verifier } from "sekisho";
import { Visitor } from "/work/main/tests/bench/edge/flow.mjs";

const v = new Visitor(new Verifier({ keys: KeyRing.generate("production") }));
const N = 20000;
for (let r = 0; r < 6; r++) {
  v.prepare(N);
  const t = performance.now();
  for (let i = 0; i < N; i++) v.sealAndOpen();
  console.log((((performance.now() - t) / N) * 1000).toFixed(2), "µs");
}
