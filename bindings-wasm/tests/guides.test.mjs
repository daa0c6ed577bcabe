/** What the guides show, pasted into an installed project and run. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";

import { install } from "./project.mjs";
import { binary, inWorkerd } from "./runtimes.mjs";

const execute = promisify(execFile);
const project = install();
after(() => project.remove());
const put = (name, text) => writeFileSync(join(project.folder, name), text);

for (const name of ["approve-a-payment", "protect-a-route-at-the-edge"]) {
  const guide = readFileSync(join(import.meta.dirname, `../../docs/guides/${name}.md`), "utf8");
  for (const [, file, text] of guide.matchAll(/^```(?:js|json|ts) (\S+)\n(.*?)^```$/gms)) put(file, text);
}

const TRANSFER = { type: "transfer", amount: "120.00", currency: "EUR", payee: "Ana" };
const MESSAGE =
  /^Transfer 120\.00 EUR to Ana\. Your code is (\d{6})\. Not you\? https:\/\/bank\.example\.com\/not-me#sekisho_x1_\S+$/;

/** Prints what came of each step: what it gave, or the code of its refusal. */
const PAYING = `
  import { KeyRing, MemoryCounters, Verifier } from "sekisho";
  import { payments } from "./payments.ts";

  const messages = [];
  const verifier = new Verifier({ keys: KeyRing.generate("development") });
  const { refuse, send, check, accept } = payments(verifier, new MemoryCounters(), async (to, text) => {
    messages.push(text);
  });
  const outcome = (step) => step.catch(({ code }) => code);
  const to = { type: "email", value: "ana@example.com" };
  const transfer = ${JSON.stringify(TRANSFER)};
  const other = { ...transfer, amount: "920.00" };

  const handle = refuse("user-1", transfer);
  const ofOther = await outcome(send("user-1", to, other, handle));
  const challenge = await send("user-1", to, transfer, handle);
  const [, code] = ${MESSAGE}.exec(messages[0]);
  const record = await check("user-1", to, challenge, code);
  const accepted = [];
  for (const [user, operation, key] of [
    ["user-1", other, "request-1"],
    ["user-2", transfer, "request-1"],
    ["user-1", transfer, "request-1"],
    ["user-1", transfer, "request-1"],
    ["user-1", transfer, "request-2"],
  ]) accepted.push(await outcome(accept(user, record, operation, key)));
  console.log(JSON.stringify({ ofOther, messages: messages.length, accepted }));
`;
put("paying.js", PAYING);

for (const [name, ...command] of [
  ["Deno", binary("deno"), "run", "--allow-read", "--no-remote"],
  ["Bun", binary("bun"), "run"],
]) {
  test(`the payment that was approved is accepted once and no other, in ${name}`, async () => {
    const { stdout } = await execute(command[0], [...command.slice(1), "paying.js"], { cwd: project.folder });
    assert.deepEqual(JSON.parse(stdout), {
      ofOther: "record_operation_mismatch",
      messages: 1,
      accepted: ["record_operation_mismatch", "verification_record.not_found", false, true, "record_used"],
    });
  });
}

test("the payments are what a strict compiler accepts", async () => {
  const compilerOptions = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, types: [] };
  Object.assign(compilerOptions, { target: "es2022", module: "nodenext", lib: ["esnext", "dom"] });
  put("tsconfig.json", JSON.stringify({ compilerOptions, files: ["payments.ts"] }));
  await execute(join(import.meta.dirname, "../node_modules/.bin/tsc"), ["--project", project.folder]);
});

/** Whoever verified has counters of their own; the guard has but the keys in common with them. */
const GUARDED = `
  import { MemoryCounters, Verifier } from "sekisho";
  import guard from "./guard.js";

  export { CounterObject } from "./guard.js";

  async function approved(keys, operation) {
    const [verifier, counters] = [new Verifier({ keys }), new MemoryCounters()];
    const [subject, to] = ["user-1", { type: "email", value: "ana@example.com" }];
    const { challenge, code } = await verifier.sendCode({ subject, to, operation }, counters);
    return (await verifier.checkCode({ subject, to, challenge, code }, counters)).record;
  }

  export default {
    async fetch(request, env) {
      const record = await approved(env.SEKISHO_KEYS, ${JSON.stringify(TRANSFER)});
      const newsletter = await approved(env.SEKISHO_KEYS, { ...${JSON.stringify(TRANSFER)}, type: "newsletter" });
      const passed = [];
      const SERVICE = { fetch: async (passedOn) => passed.push(await passedOn.text()) && new Response("made") };
      const ask = async (path, body, headers = {}) => {
        const text = typeof body === "string" ? body : JSON.stringify(body);
        const asked = new Request("http://guard" + path, { method: "POST", body: text, headers });
        const answer = await guard.fetch(asked, { ...env, SERVICE });
        const { code, data } = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
        return [answer.status, code, data?.resumeHandle?.slice(0, 11), answer.headers.get("www-authenticate")];
      };
      const { type, ...transfer } = ${JSON.stringify(TRANSFER)};
      const headers = { "logto-verification-id": record, "idempotency-key": "request-1" };
      const other = { ...headers, "idempotency-key": "request-2" };
      return Response.json({
        without: await ask("/api/transfers", transfer),
        changed: await ask("/api/transfers", { ...transfer, amount: "920.00" }, headers),
        first: await ask("/api/transfers", transfer, headers),
        again: await ask("/api/transfers", transfer, headers),
        used: await ask("/api/transfers", transfer, other),
        ofTwoMeanings: await ask("/api/transfers", '{"amount":"9.00",' + JSON.stringify({ ...transfer, type: "gift" }).slice(1), headers),
        ofAnotherType: await ask("/api/transfers", { ...transfer, type: "newsletter" }, { ...headers, "logto-verification-id": newsletter }),
        noJson: await ask("/api/transfers", "{", headers),
        speltOtherwise: await ask("/api/transfers/", transfer),
        open: await ask("/api/accounts", {}),
        passed: passed.map((body) => JSON.parse(body)),
      });
    },
  };
`;

test("the guard lets pass what was approved, once, and nothing else of the route", async () => {
  put("yours.js", `export const signedIn = () => ({ id: "user-1" });`);
  put("guarded.js", GUARDED);
  const settings = JSON.parse(readFileSync(join(project.folder, "guard.json"), "utf8"));
  assert.equal(settings.main, "guard.js");
  assert.deepEqual(settings.services, [{ binding: "SERVICE", service: "payments" }]);
  const [{ new_sqlite_classes: classes }] = settings.migrations;
  const objects = settings.durable_objects.bindings.map(({ name, class_name }) => [
    name,
    { className: class_name, useSQLite: classes.includes(class_name) },
  ]);
  const { KeyRing } = await import(join(project.folder, "node_modules/sekisho/dist/node.js"));
  const workerd = await inWorkerd(project.folder, "guarded.js", {
    compatibilityDate: settings.compatibility_date,
    bindings: { SEKISHO_KEYS: KeyRing.generate("production").toText() },
    durableObjects: Object.fromEntries(objects),
  });
  try {
    const { passed, without, changed, ofAnotherType, ...answers } = await (
      await workerd.dispatchFetch("http://worker/")
    ).json();
    for (const [[status, code, handle, challenge], expected] of [
      [without, "verification_record.permission_denied"],
      [changed, "record_operation_mismatch"],
      [ofAnotherType, "record_operation_mismatch"],
    ]) {
      assert.deepEqual([status, code, handle], [401, expected, "sekisho_h1_"]);
      assert.match(challenge, /insufficient_user_authentication.*max_age="300"/);
    }
    assert.deepEqual(answers, {
      first: [200, null, null, null],
      again: [200, null, null, null],
      used: [409, "record_used", null, null],
      ofTwoMeanings: [200, null, null, null],
      noJson: [400, null, null, null],
      speltOtherwise: [404, null, null, null],
      open: [200, null, null, null],
    });
    const { type, ...transfer } = TRANSFER;
    assert.deepEqual(passed, [transfer, transfer, transfer, {}]);
  } finally {
    await workerd.dispose();
  }
});
