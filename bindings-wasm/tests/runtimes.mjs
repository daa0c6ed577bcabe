/** The runtimes, each of which runs the vectors in an installed project. */

import { execFile } from "node:child_process";
import { createReadStream, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { promisify } from "node:util";

import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { chromium } from "playwright-core";

const execute = promisify(execFile);
export const binary = (name) => join(import.meta.dirname, "node_modules/.bin", name);

async function printed(folder, command, ...args) {
  const { stdout } = await execute(command, [...args, "print.mjs"], { cwd: folder, maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

/** What the worker of a file answers. */
export async function bundled(...worker) {
  const workerd = await inWorkerd(...worker);
  try {
    const answer = await workerd.dispatchFetch("http://worker/");
    return await answer.json();
  } finally {
    await workerd.dispose();
  }
}

/**
 * The worker of a file in a workerd of its own, bundled as wrangler (or for another condition, another
 * bundler) would: the wasm stays a module of its own.
 */
export async function inWorkerd(folder, file, options = {}, condition = "workerd") {
  const outdir = join(folder, "bundle");
  await build({
    entryPoints: [join(folder, file)],
    outdir,
    entryNames: "worker",
    bundle: true,
    format: "esm",
    conditions: [condition],
    logLevel: "error",
    external: ["*.wasm", "*.wasm?module", "cloudflare:workers"],
  });
  const wasm = readFileSync(join(folder, "node_modules/sekisho/dist/glue/sekisho_bg.wasm"));
  return new Miniflare({
    modules: [
      { type: "ESModule", path: "worker.js", contents: readFileSync(join(outdir, "worker.js"), "utf8") },
      {
        type: "CompiledWasm",
        path: `glue/sekisho_bg.wasm${condition === "edge-light" ? "?module" : ""}`,
        contents: wasm,
      },
    ],
    compatibilityDate: "2026-01-01",
    ...options,
  });
}

const TYPES = {
  ".html": "text/html",
  ".mjs": "text/javascript",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

async function inBrowser(folder, look) {
  const server = createServer((request, response) => {
    const path = join(folder, new URL(request.url, "http://x").pathname);
    response.setHeader("Content-Type", TYPES[extname(path)] ?? "application/octet-stream");
    createReadStream(path)
      .on("error", () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/page.html`);
    return await look(page);
  } finally {
    await browser.close();
    server.close();
  }
}

async function serviceWorker(page) {
  await page.evaluate(async () => {
    const claimed = new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
    await navigator.serviceWorker.register("/service-worker.mjs", { type: "module" });
    await claimed;
  });
  return page.evaluate(() => fetch("/from-service-worker").then((answer) => answer.json()));
}

export const RUNTIMES = {
  "Node.js": (folder) => printed(folder, process.execPath),
  Deno: (folder) => printed(folder, binary("deno"), "run", "--allow-read", "--no-remote"),
  Bun: (folder) => printed(folder, binary("bun"), "run"),
  workerd: (folder) => bundled(folder, "worker.mjs"),
  "the edge runtime of Next.js, as workerd has it": (folder) => bundled(folder, "worker.mjs", {}, "edge-light"),
  Chromium: (folder) =>
    inBrowser(folder, (page) => page.waitForFunction(() => window.result).then((handle) => handle.jsonValue())),
  "Chromium, service worker": (folder) => inBrowser(folder, serviceWorker),
};
