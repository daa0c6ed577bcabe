// Measures the npm package and the edge worker side by side with what there is besides. Prints Markdown and
// keeps it in `target/bench`.
//
// Arguments are the names of the sections to measure; without any, all are.

import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as codeCheck from "./code-check.mjs";
import * as hmac from "./hmac.mjs";
import * as instantiation from "./instantiation.mjs";
import * as record from "./record.mjs";

// Instantiating comes first: it leaves what was made before without its instance.
const SECTIONS = { instantiation, record, hmac, "code-check": codeCheck };

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in SECTIONS));
if (unknown) throw new Error(`${unknown} is no section. There are: ${Object.keys(SECTIONS).join(", ")}`);

const report = [`Machine: ${cpus()[0]?.model}, ${availableParallelism()} cores, Node.js ${process.version}.\n`];
for (const [name, { measure }] of Object.entries(SECTIONS)) {
  if (asked.length === 0 || asked.includes(name)) report.push(await measure());
}
const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../../target", import.meta.url));
mkdirSync(join(target, "bench"), { recursive: true });
writeFileSync(join(target, "bench/edge.md"), report.join("\n"));
console.log(report.join("\n"));
