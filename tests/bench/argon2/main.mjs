// Measures Argon2 in one run: ours and what one would take instead, in WebAssembly and natively, at two of
// OWASP's settings. Prints Markdown and keeps it, with a plot, in `target/bench`.
//
// `main.mjs RUST PYTHON [GROUP…]`: the program `argon2_host`, an interpreter that has argon2-cffi, and the
// names of the groups to measure; without any, all are. `argon2.sh` calls it.

import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { GROUPS } from "./groups.mjs";
import { HOSTS } from "./hosts.mjs";
import { plot } from "./plot.mjs";
import { table } from "./table.mjs";
import { SETTINGS } from "./task.mjs";
import { takeTurns } from "./turns.mjs";

const [rust, python, ...asked] = process.argv.slice(2);
const unknown = asked.find((name) => !(name in GROUPS));
if (unknown) throw new Error(`${unknown} is no group. There are: ${Object.keys(GROUPS).join(", ")}`);

const measured = [];
for (const [name, group] of Object.entries(GROUPS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.error(`measuring: ${group.title}`);
  measured.push({ ...group, timings: await measure(group) });
}

const machine = `${cpus()[0]?.model}, ${availableParallelism()} cores, ${process.platform}, Node.js ${process.version}`;
const report = [
  `Machine: ${machine}.\n`,
  "Argon2id with one lane: one hash of 32 bytes in one thread. All make the same tag. Ours wipes its memory after each.\n",
  ...measured.map((group) => table(group, SETTINGS, group.timings)),
].join("\n");
const folder = join(process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../../target", import.meta.url)), "bench");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "argon2.md"), report);
writeFileSync(join(folder, "argon2.svg"), plot(measured, SETTINGS, machine));
console.log(report);

/** By setting, the times of the group's sides. */
async function measure({ sides }) {
  const hosts = new Map();
  try {
    for (const { host } of sides) {
      if (!hosts.has(host)) hosts.set(host, await HOSTS[host]({ rust, python }));
    }
    const timings = [];
    for (const setting of SETTINGS) {
      timings.push(await takeTurns(sides, ({ host, side }) => hosts.get(host).hash(side, setting)));
    }
    return timings;
  } finally {
    for (const host of hosts.values()) await host.stop();
  }
}
