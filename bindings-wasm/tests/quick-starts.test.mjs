/** The README's quick starts, each pasted into an installed project and run by its runtime. */

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { install } from "./project.mjs";
import { binary, bundled } from "./runtimes.mjs";

const project = install(["@hono/node-server"]);
after(() => project.remove());

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
for (const [, name, text] of readme.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms))
  writeFileSync(join(project.folder, name), text);
writeFileSync(
  join(project.folder, "yours.js"),
  `export const mail = (to, text) => console.log("MAIL", text);
   export const signedIn = () => ({ id: "user-1", email: "ana@example.com" });`,
);

const keys = await import(join(project.folder, "node_modules/sekisho/dist/node.js")).then(({ KeyRing }) =>
  KeyRing.generate("development").toText(),
);

const COMMANDS = {
  "Node.js": [process.execPath, "node.js"],
  Deno: [binary("deno"), "run", "--allow-all", "--no-remote", "deno.js"],
  Bun: [binary("bun"), "run", "bun.js"],
};

for (const [name, command] of Object.entries(COMMANDS)) {
  test(`the quick start of ${name} approves one transfer and no other`, () => serving(command, approve));
}

test("the quick start of Cloudflare Workers runs in workerd", async () => {
  const answer = await bundled(project.folder, "worker.js", {
    bindings: { SEKISHO_KEYS: keys },
    durableObjects: { COUNTERS: { className: "CounterObject", useSQLite: true } },
  });
  assert.equal(answer.method, "email_code");
});

test("the quick start of Next.js guards a route in its edge runtime", async () => {
  writeFileSync(join(project.folder, "verification.js"), VERIFICATION);
  writeFileSync(join(project.folder, "next.js"), ROUTE);
  const answers = await bundled(project.folder, "next.js", {}, "edge-light");
  assert.deepEqual(answers, { without: 401, with: "passed on" });
});

/** What the reader has besides: keys and counters, for this and for the routes that send and check codes. */
const VERIFICATION = `
  import { MemoryCounters, Verifier } from "sekisho";
  export const verifier = new Verifier({ keys: ${JSON.stringify(keys)} });
  export const counters = new MemoryCounters();
`;

/** What Next.js does with what is exported: it gives a request to it, and passes it on where there is no answer. */
const ROUTE = `
  import { config, proxy } from "./proxy.js";
  import { counters, verifier } from "./verification.js";

  const answer = async (headers) => (await proxy(new Request("http://x" + config.matcher, { headers })))?.status ?? "passed on";

  export default {
    async fetch() {
      const [subject, to] = ["user-1", { type: "email", value: "ana@example.com" }];
      const { challenge, code } = await verifier.sendCode({ subject, to }, counters);
      const { record } = await verifier.checkCode({ subject, to, challenge, code }, counters);
      return Response.json({ without: await answer({}), with: await answer({ "verification-record": record }) });
    },
  };
`;

test("the line that makes keys prints a ring and nothing else", async () => {
  const [, script] = /^node -e '(.*)'$/m.exec(readme);
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { cwd: project.folder });
  assert.match(stdout, /^sekisho_keys_1\.production\.\S+\n$/);
});

async function approve(post, output) {
  const transfer = { amount: "120.00", currency: "EUR", payee: "Ana" };
  assert.equal((await post("/transfers", transfer)).status, 401);
  const { challenge } = await (await post("/code", { transfer })).json();
  const code = /MAIL Transfer 120\.00 EUR to Ana\. Your code is (\d{6})\./.exec(output())[1];
  const wrong = await post("/code/check", { challenge, code: "x" });
  assert.deepEqual([wrong.status, (await wrong.json()).code], [400, "verification_code.code_mismatch"]);
  const { record } = await (await post("/code/check", { challenge, code })).json();
  const headers = { "verification-record": record };
  const changed = await post("/transfers", { ...transfer, amount: "920.00" }, headers);
  assert.equal(changed.status, 401);
  assert.match(changed.headers.get("WWW-Authenticate"), /insufficient_user_authentication.*max_age="300"/);
  assert.deepEqual(await (await post("/transfers", transfer, headers)).json(), { done: transfer });
}

async function serving([command, ...args], story) {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), SEKISHO_KEYS: keys };
  const child = spawn(command, args, { cwd: project.folder, env });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  child.stderr.on("data", (text) => (output += text));
  const post = (path, body, headers = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...headers },
    });
  try {
    await answering(port, () => output);
    await story(post, () => output);
  } finally {
    child.kill("SIGKILL");
  }
}

async function answering(port, output) {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      return await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "{}" });
    } catch {
      await sleep(100);
    }
  }
  throw new Error(`nobody listens: ${output()}`);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
