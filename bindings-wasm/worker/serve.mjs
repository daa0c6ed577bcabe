// Runs the worker in workerd on this machine, without network: see the options below.
//
// With --dev it is the entry point with the control surface. Without, it is what `wrangler deploy`
// would upload; its variables are those of wrangler.jsonc and .dev.vars and, before both, this
// process's SEKISHO_….
//
// Not `wrangler dev`: the proxy it puts before the worker answers for it (503, "Your worker restarted
// mid-request") where many requests come at once.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

import { Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as optionsOf } from "wrangler";

const { values } = parseArgs({
  options: {
    dev: { type: "boolean", default: false },
    listen: { type: "string", default: "127.0.0.1:8787" },
    // Where what is stored is kept. Without it, nowhere.
    state: { type: "string" },
  },
});

const folder = fileURLToPath(new URL(".", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "sekisho-worker-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));
const state = values.state ?? work;
const bundle = join(work, "bundle");

await Promise.all([
  wrangler("deploy", values.dev ? "src/dev/index.ts" : "src/index.ts", "--dry-run", "--outdir", bundle),
  wrangler("d1", "migrations", "apply", "sekisho", "--local", "--persist-to", state),
]);

const { workerOptions } = optionsOf(join(folder, "wrangler.jsonc"));
const miniflare = new Miniflare({
  ...workerOptions,
  ...address(values.listen),
  modules: modules(),
  modulesRoot: bundle,
  bindings: { ...workerOptions.bindings, ...(values.dev ? {} : ownVariables()) },
  durableObjects: { ...workerOptions.durableObjects, ...(values.dev ? devObject() : {}) },
  d1Persist: join(state, "v3/d1"),
  durableObjectsPersist: join(state, "v3/do"),
  cf: false,
});
console.log((await miniflare.ready).origin);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => miniflare.dispose().finally(() => process.exit(0)));
}

function wrangler(...command) {
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  return promisify(execFile)(join(folder, "node_modules/.bin/wrangler"), command, { cwd: folder, env });
}

/** The entry point first, then what it imports. */
function modules() {
  // Wrangler names what is imported by its digest.
  const imported = readdirSync(bundle).filter((file) => /^[0-9a-f]{40}-/.test(file));
  return [
    { type: "ESModule", path: join(bundle, "index.js") },
    ...imported.map((file) => ({ type: file.endsWith(".wasm") ? "CompiledWasm" : "Text", path: join(bundle, file) })),
  ];
}

function devObject() {
  return { DEV: { className: "DevObject", useSQLite: true } };
}

function ownVariables() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("SEKISHO_")));
}

function address(listen) {
  const at = listen.lastIndexOf(":");
  return { host: listen.slice(0, at), port: Number(listen.slice(at + 1)) };
}
