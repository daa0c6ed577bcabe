// Run by Node.js, Deno and Bun: makes the hashes that are asked for on standard input, a line of JSON each,
// and answers with how long each one took and its tag.

import { readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { PACKAGES } from "./packages.mjs";
import { toHex } from "./task.mjs";

const compiled = (specifier) => WebAssembly.compile(readFileSync(fileURLToPath(import.meta.resolve(specifier))));
const hashes = new Map();

async function answer({ side, setting }) {
  if (!hashes.has(side)) hashes.set(side, await PACKAGES[side](compiled));
  const hash = hashes.get(side);
  const start = performance.now();
  const tag = await hash(setting);
  return { milliseconds: performance.now() - start, tag: toHex(tag) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answered = await answer(JSON.parse(line)).catch((error) => ({ error: String(error) }));
  process.stdout.write(`${JSON.stringify(answered)}\n`);
}
