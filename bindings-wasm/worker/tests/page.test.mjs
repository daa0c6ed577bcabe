// The page that a message's link opens, in the worker as it is deployed, without any setting.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { start } from "./server.mjs";

const source = (name) => readFileSync(new URL(`../../../server-example/${name}`, import.meta.url), "utf8");

/** What the reference server says of its pages, without the line breaks of its source. */
const REFERENCE = source("src/http/page/mod.rs").replaceAll(/\\\n\s+/g, "");

const FILES = [
  ["/not-me", "web/not-me.html", "text/html; charset=utf-8"],
  ["/web/not-me.js", "web/not-me.js", "text/javascript; charset=utf-8"],
  ["/web/language.js", "web/language.js", "text/javascript; charset=utf-8"],
  ["/web/page.css", "web/page.css", "text/css; charset=utf-8"],
];

const GUARDING = [
  "content-security-policy",
  "x-content-type-options",
  "referrer-policy",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy",
];

let worker;
before(async () => {
  worker = await start([]);
});
after(() => worker?.stop());

for (const [path, file, type] of FILES) {
  test(`${path} is the reference server's, as strictly guarded, and asked for by its tag`, async () => {
    const answer = await fetch(worker.url + path);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), type);
    assert.equal(answer.headers.get("cache-control"), "no-cache");
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
    assert.equal(await answer.text(), source(file));
    const tag = answer.headers.get("etag");
    for (const known of [tag, `W/${tag}`]) {
      const again = await fetch(worker.url + path, { headers: { "if-none-match": known } });
      assert.deepEqual([again.status, await again.text()], [304, ""]);
      assertGuarded(again);
    }
    assertGuarded(answer);
  });
}

function assertGuarded({ headers }) {
  for (const name of GUARDING) {
    const value = headers.get(name);
    assert.ok(value && REFERENCE.includes(`"${value}"`), `the reference server has no ${name}: ${value}`);
  }
}

test("the page names no file that is not there", () => {
  const html = source("web/not-me.html");
  const named = [...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path]) => path);
  const served = FILES.map(([path]) => path);
  assert.deepEqual(named.sort(), served.filter((path) => path !== "/not-me").sort());
});

test("it is there with a trailing slash, and to be read alone", async () => {
  assert.equal((await fetch(`${worker.url}/not-me/`)).status, 200);
  assert.equal((await fetch(`${worker.url}/not-me`, { method: "HEAD" })).status, 200);
  const refused = await fetch(`${worker.url}/not-me`, { method: "POST" });
  assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "GET,HEAD"]);
  assert.equal((await refused.json()).code, "request.method_not_allowed");
});
