// Instantiating the module, as the loaders do when an isolate starts. Compiling it is not in the time.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { instantiate } from "./instantiate.mjs";
import { summary, takeTurns } from "./sides.mjs";
import { section } from "./table.mjs";
import { Workerd } from "./workerd.mjs";

const STARTS = 500;

/** Each of them has a memory, of which an isolate cannot have many. */
const STARTS_IN_A_REQUEST = 20;

export async function measure() {
  const head = ["runtime", "median ms", "least ms"];
  const row = (name, { median, least }) => [name, median.toFixed(3), least.toFixed(3)];
  return section(
    "Instantiation of the module",
    [head, row("Node.js", inNode()), row("workerd", await inWorkerd())],
    `Asked: 0.3 ms. Node.js: ${STARTS} times, each timed by itself. workerd: timed from outside over
${STARTS_IN_A_REQUEST} in one request, an empty request subtracted.`,
  );
}

function inNode() {
  const module = new WebAssembly.Module(readFileSync(fileURLToPath(import.meta.resolve("sekisho/wasm"))));
  const measured = [];
  for (let started = 0; started < STARTS; started += 1) {
    const before = performance.now();
    instantiate(module);
    measured.push(performance.now() - before);
  }
  return summary(measured);
}

async function inWorkerd() {
  const workerd = await Workerd.start();
  try {
    const { nothing, instantiate } = await takeTurns({
      nothing: { calls: STARTS_IN_A_REQUEST, turn: () => workerd.calls("nothing", 0) },
      instantiate: { calls: STARTS_IN_A_REQUEST, turn: (calls) => workerd.calls("instantiate", calls) },
    });
    const net = (figure) => (instantiate[figure] - nothing[figure]) / 1000;
    return { median: net("median"), least: net("least") };
  } finally {
    await workerd.stop();
  }
}
