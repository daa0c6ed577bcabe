// Holds the built module against size-budget.json, in bytes, and tells its sizes.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

const file = new URL("dist/glue/sekisho_bg.wasm", import.meta.url);
const budget = JSON.parse(readFileSync(new URL("size-budget.json", import.meta.url), "utf8"));
const module = readFileSync(file);
const sizes = {
  raw: module.length,
  // Node's own zlib is tuned for speed and makes a fiftieth more.
  gzip: execFileSync("gzip", ["-9", "-c"], { input: module, maxBuffer: 1 << 24 }).length,
  brotli: brotliCompressSync(module, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: module.length },
  }).length,
};
for (const [form, size] of Object.entries(sizes)) {
  console.log(`module, ${form}: ${size} of ${budget[form]} bytes`);
}
const over = Object.keys(sizes).filter((form) => !(sizes[form] <= budget[form]));
if (over.length > 0) {
  console.error(`The module is over its budget in bindings-wasm/size-budget.json: ${over.join(", ")}.`);
  process.exit(1);
}
