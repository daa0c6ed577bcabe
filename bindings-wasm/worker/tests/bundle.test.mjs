// What `wrangler deploy` would upload, and what it says.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { importSource } from "./source.mjs";

const folder = fileURLToPath(new URL("..", import.meta.url));

test("what is deployed is bound to its stores and has none of dev mode", () => {
  const out = mkdtempSync(join(tmpdir(), "sekisho-worker-bundle-"));
  try {
    const args = ["deploy", "--dry-run", "--outdir", out];
    const { status, stdout, stderr } = spawnSync("node_modules/.bin/wrangler", args, { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    for (const bound of [/env\.COUNTERS \(CounterObject\) +Durable Object/, /env\.USERS \(sekisho\) +D1 Database/]) {
      assert.match(stdout, bound);
    }
    assert.equal(readdirSync(out).filter((file) => file.endsWith(".wasm")).length, 1);
    const bundle = readFileSync(join(out, "index.js"), "utf8");
    assert.ok(bundle.includes('"/api/my-account"'));
    assert.doesNotMatch(bundle, /\/dev\/|DevObject|third-party:|\/api\/transfers/);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

test("problems have the reference server's statuses, codes and words", async () => {
  const { REFUSALS } = await importSource("src/refusal.ts");
  const reference = readFileSync(join(folder, "../../server-example/src/http/refusal.rs"), "utf8");
  const words = reference.replaceAll(/\s+/g, " ");
  for (const [status, code, message] of Object.values(REFUSALS)) {
    const expected = `${status}, ${JSON.stringify(code)}, ${JSON.stringify(message)}`;
    assert.ok(words.includes(expected), `the reference server has no ${expected}`);
  }
  assert.equal(Object.keys(REFUSALS).length, words.match(/Self::\w+(\(_\))? => /g).length);
});
