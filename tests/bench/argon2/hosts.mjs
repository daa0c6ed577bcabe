// Where sides run. A host is asked for one hash at a time: `hash(side, setting)` answers with its time in
// milliseconds and its tag in hexadecimal.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { Miniflare } from "miniflare";

import { PASSWORD, SALT } from "./task.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const binary = (name) => path(`node_modules/.bin/${name}`);

/** A process that reads a line for each hash, and answers with one. */
class Process {
  #child;
  #lines;

  constructor(command, ...args) {
    this.#child = spawn(command, args, { cwd: path("."), stdio: ["pipe", "pipe", "inherit"] });
    this.#child.on("error", (error) => this.#child.stdout.destroy(error));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async hash(side, setting) {
    const salt = Buffer.from(SALT).toString();
    this.#child.stdin.write(`${JSON.stringify({ side, setting, password: PASSWORD, salt })}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#child.spawnargs.join(" ")} ended without an answer for ${side}`);
    const { error, ...answer } = JSON.parse(value);
    if (error) throw new Error(`${side}, m=${setting.memoryKib}, t=${setting.passes}: ${error}`);
    return answer;
  }

  stop() {
    this.#child.stdin.end();
  }
}

/** A workerd, timed from outside. What a request without a hash takes, taken just before, is subtracted. */
class Workerd {
  #miniflare;
  #url;

  static async start() {
    const workerd = new Workerd();
    workerd.#miniflare = new Miniflare({ modules: await bundle(), compatibilityDate: "2026-01-01", cf: false });
    workerd.#url = await workerd.#miniflare.ready;
    return workerd;
  }

  async hash(side, setting) {
    const nothing = await this.#request({});
    const hashed = await this.#request({ side, setting });
    return { milliseconds: hashed.milliseconds - nothing.milliseconds, tag: hashed.tag };
  }

  async #request(body) {
    const start = performance.now();
    const response = await fetch(this.#url, { method: "POST", body: JSON.stringify(body) });
    const text = await response.text();
    const milliseconds = performance.now() - start;
    if (response.status !== 200) throw new Error(`${body.side} in workerd: ${text}`);
    return { ...JSON.parse(text), milliseconds };
  }

  stop() {
    return this.#miniflare.dispose();
  }
}

/** The worker, and each wasm file that it imports as a compiled module, as wrangler bundles. */
async function bundle() {
  const modules = [];
  const asModules = {
    name: "modules",
    setup: (esbuild) =>
      esbuild.onResolve({ filter: /(\.wasm|^sekisho\/wasm)$/ }, async ({ path, kind, resolveDir, pluginData }) => {
        if (pluginData === "ours") return undefined;
        const { path: file } = await esbuild.resolve(path, { kind, resolveDir, pluginData: "ours" });
        const name = file.replace(/^\/+/, "");
        if (modules.every((module) => module.path !== name)) {
          modules.push({ type: "CompiledWasm", path: name, contents: readFileSync(file) });
        }
        return { path: `./${name}`, external: true };
      }),
  };
  const { outputFiles } = await build({
    entryPoints: [path("worker.mjs")],
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["workerd"],
    // They load where workerd does not: it compiles nothing from bytes.
    external: ["node:*", "hash-wasm", "libsodium-wrappers-sumo", "@node-rs/argon2"],
    logLevel: "error",
    plugins: [asModules],
  });
  return [{ type: "ESModule", path: "worker.js", contents: outputFiles[0].text }, ...modules];
}

/** What starts each host. The Rust program and the interpreter that has argon2-cffi come from outside. */
export const HOSTS = {
  node: () => new Process(process.execPath, "host.mjs"),
  deno: () => new Process(binary("deno"), "run", "--allow-read", "--allow-env", "--no-remote", "host.mjs"),
  bun: () => new Process(binary("bun"), "run", "host.mjs"),
  workerd: () => Workerd.start(),
  rust: ({ rust }) => new Process(rust),
  python: ({ python }) => new Process(python, "host.py"),
};
