// Runs the worker in workerd on this machine, without network: `node serve.mjs [--dev] [--listen HOST:PORT]`.
//
// With --dev it is the entry point with the control surface, and nothing outlives the process.
// Without, it is what `wrangler deploy` would upload; its variables are those of wrangler.jsonc and
// .dev.vars and, before both, this process's SEKISHO_….
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

// Both would ask the network for nothing that is needed here.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
process.env.WRANGLER_SEND_METRICS = "false";

const { unstable_startWorker: startWorker } = await import("wrangler");

const { values } = parseArgs({
  options: {
    dev: { type: "boolean", default: false },
    listen: { type: "string", default: "127.0.0.1:8787" },
    // Where what is stored is kept. Without it, nowhere.
    state: { type: "string" },
  },
});

const folder = fileURLToPath(new URL(".", import.meta.url));
const state = values.state ?? mkdtempSync(join(tmpdir(), "sekisho-worker-"));
process.on("exit", () => values.state ?? rmSync(state, { recursive: true, force: true }));

migrate();
const worker = await startWorker({
  config: join(folder, "wrangler.jsonc"),
  ...(values.dev ? devMode() : { bindings: ownVariables() }),
  dev: {
    server: address(values.listen),
    inspector: false,
    logLevel: "warn",
    persist: state,
    watch: values.dev,
  },
});
await worker.ready;
const { host } = await worker.url;
console.log(`http://${host}`);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => worker.dispose().finally(() => process.exit(0)));
}

function migrate() {
  const arguments_ = ["d1", "migrations", "apply", "sekisho", "--local", "--persist-to", state];
  const wrangler = join(folder, "node_modules/.bin/wrangler");
  const { status, stdout, stderr } = spawnSync(wrangler, arguments_, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`the database could not be set up:\n${stdout}\n${stderr}`);
}

function devMode() {
  return {
    entrypoint: join(folder, "src/dev/index.ts"),
    bindings: { DEV: { type: "durable_object_namespace", class_name: "DevObject" } },
    migrations: [{ tag: "v1", new_sqlite_classes: ["CounterObject", "DevObject"] }],
  };
}

function ownVariables() {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith("SEKISHO_"));
  return Object.fromEntries(own.map(([name, value]) => [name, { type: "secret_text", value }]));
}

function address(listen) {
  const at = listen.lastIndexOf(":");
  return { hostname: listen.slice(0, at), port: Number(listen.slice(at + 1)) };
}
