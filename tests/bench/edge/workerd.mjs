// The worker under measure in a workerd of its own, asked directly, without a proxy.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { Miniflare } from "miniflare";

const MODULE = "sekisho_bg.wasm";

export class Workerd {
  #miniflare;
  #url;

  static async start() {
    const workerd = new Workerd();
    workerd.#miniflare = new Miniflare({
      modules: [
        { type: "ESModule", path: "worker.js", contents: await bundle() },
        {
          type: "CompiledWasm",
          path: MODULE,
          contents: readFileSync(fileURLToPath(import.meta.resolve("sekisho/wasm"))),
        },
      ],
      compatibilityDate: "2026-01-01",
      cf: false,
    });
    workerd.#url = await workerd.#miniflare.ready;
    return workerd;
  }

  /** Makes calls within one request. */
  async calls(name, calls) {
    const response = await fetch(new URL(`${name}?calls=${calls}`, this.#url));
    if (response.status !== 204) throw new Error(`${name}: ${await response.text()}`);
    await response.arrayBuffer();
  }

  /** Makes one request with a body, and answers with the body that it gets. */
  async request(name, body) {
    const response = await fetch(new URL(name, this.#url), { method: "POST", body: JSON.stringify(body) });
    if (response.status !== 200) throw new Error(`${name}: ${await response.text()}`);
    return response.json();
  }

  stop() {
    return this.#miniflare.dispose();
  }
}

/** As wrangler bundles: every import of the module is one and the same compiled one. */
async function bundle() {
  const theModule = {
    name: "module",
    setup: (esbuild) =>
      esbuild.onResolve({ filter: /(^sekisho\/wasm|\.wasm)$/ }, () => ({ path: `./${MODULE}`, external: true })),
  };
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("worker.mjs", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["workerd"],
    logLevel: "error",
    plugins: [theModule],
  });
  return outputFiles[0].text;
}
