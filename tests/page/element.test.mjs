/** `<sekisho-verify>` in a page of its own, before an API that answers as each test says. */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { Demo, start } from "./demo.mjs";

const ACCOUNT = { primaryEmail: "ana@example.com", primaryPhone: "12125550147", hasPassword: true };
const TRANSFER = { type: "transfer", amount: "120.00", payee: { name: "Ana", iban: "DE02" } };
const SENT = { status: 201, json: { verificationRecordId: "challenge", expiresAt: "2030-01-01T00:00:00.000Z" } };

let running;
let demo;
let page;
/** What was asked of the API: method, path, body. */
let asked;
/** Answers by method and path. */
let answers;

before(async () => {
  running = await start();
});
beforeEach(async () => {
  demo = await Demo.open(running);
  page = demo.page;
  asked = [];
  answers = {
    "GET my-account": { json: ACCOUNT },
    "POST verifications/password": { status: 201, json: { verificationRecordId: "by-password" } },
    "POST verifications/verification-code": SENT,
    "POST verifications/verification-code/resend": SENT,
    "POST verifications/verification-code/verify": { json: { verificationRecordId: "by-code" } },
    "DELETE verifications/challenge": { status: 204 },
    "DELETE verifications/by-password": { status: 204 },
  };
  await page.route("**/api/**", async (route) => {
    const request = route.request();
    const name = `${request.method()} ${new URL(request.url()).pathname.replace("/api/", "")}`;
    asked.push({ name, body: request.postDataJSON(), headers: request.headers(), url: request.url() });
    const answer = answers[name];
    if (answer === "none") return route.abort();
    await route.fulfill(await answer);
  });
  // Any page of a strict policy: this one has nothing of its own going on.
  await page.goto("/not-me");
  await page.evaluate(() => import("/web/sekisho-verify.js"));
});
afterEach(() => demo.close());
after(() => running.stop());

/** Begins a verification in an element of its own; `outcome` waits for its end. */
async function verify(request, attributes = {}, properties = {}) {
  await page.evaluate(
    ([given, named, held]) => {
      const element = document.createElement("sekisho-verify");
      for (const [name, value] of Object.entries(named)) element.setAttribute(name, value);
      Object.assign(element, held);
      document.querySelector("main").replaceChildren(element);
      globalThis.fired = [];
      for (const type of ["verified", "cancelled"]) {
        document.addEventListener(type, ({ detail }) => globalThis.fired.push([type, detail]), { once: true });
      }
      globalThis.outcome = element.verify(given);
    },
    [request, attributes, properties],
  );
  return page.getByRole("group");
}

const outcome = () => page.evaluate(() => globalThis.outcome);
const press = (panel, name) => panel.getByRole("button", { name, exact: true }).click();
const names = () => asked.map(({ name }) => name);
const problem = (status, code, headers = {}) => ({ status, headers, json: { code, message: `It is ${code}.` } });

test("all of several methods are gone through in their order", async () => {
  const requirement = { methods: ["email_code", "password"], match: "all" };
  const panel = await verify({ requirement, operation: TRANSFER, resumeHandle: "handle" });
  await panel.getByText("Step 1 of 2").waitFor();
  await panel.getByLabel("Code").fill("123456");
  await press(panel, "Confirm");
  await panel.getByText("Step 2 of 2").waitFor();
  await panel.getByLabel("Your password").fill("secret");
  await press(panel, "Confirm");
  assert.deepEqual(await outcome(), ["by-code", "by-password"]);
  assert.deepEqual(await page.evaluate(() => globalThis.fired), [
    ["verified", { recordIds: ["by-code", "by-password"] }],
  ]);
  const [, sent, checked, password] = asked;
  const refused = { operation: TRANSFER, resumeHandle: "handle" };
  const identifier = { type: "email", value: ACCOUNT.primaryEmail };
  assert.deepEqual(sent.body, { identifier, ...refused });
  assert.deepEqual(checked.body, { identifier, verificationId: "challenge", code: "123456" });
  assert.deepEqual(password.body, { password: "secret", ...refused });
});

test("a method that the user lacks is not offered, and without any there is a way out", async () => {
  answers["GET my-account"] = { json: { ...ACCOUNT, primaryPhone: null, hasPassword: false } };
  const panel = await verify({ requirement: { methods: ["password", "phone_code"], match: "any" } });
  await panel.getByText("Your account has none of the ways").waitFor();
  await press(panel, "Cancel");
  assert.equal(await outcome(), null);
  await verify({ requirement: { methods: ["password", "email_code"], match: "all" } });
  await panel.getByText("Your account has none of the ways").waitFor();
  // The only one there is needs no choice.
  await verify({});
  await panel.getByLabel("Code").waitFor();
  assert.deepEqual(names().slice(-2), ["GET my-account", "POST verifications/verification-code"]);
});

test("what is approved is shown whole, with its own words and nothing hidden", async () => {
  const operation = { ...TRANSFER, payee: { name: "Ana\u202e\u200b", iban: "DE02" }, urgent: true, of: [1, null] };
  const texts = { operations: { transfer: "Pay {amount} {{now}} to {payee.name}" }, fields: { amount: "Amount" } };
  const panel = await verify({ operation }, {}, { texts });
  await panel.getByText("Pay 120.00 {now} to Ana[U+202E][U+200B]").waitFor();
  assert.deepEqual(
    await panel
      .locator("dl > div")
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((c) => c.textContent))),
    [
      ["Amount", "120.00"],
      ["payee.name", "Ana[U+202E][U+200B]"],
      ["payee.iban", "DE02"],
      ["urgent", "true"],
      ["of.0", "1"],
      ["of.1", "null"],
    ],
  );
  // No sentence where a field of it is not there, or is no text.
  for (const transfer of ["Pay {iban}", "Pay {payee}", "Pay {constructor.name}"]) {
    await verify({ operation }, {}, { texts: { operations: { transfer } } });
    await panel.getByText("transfer", { exact: true }).waitFor();
  }
});

test("another origin's API is called with the token, in the language of the element", async () => {
  const elsewhere = { "base-url": "https://api.example/", lang: "ja" };
  await page.evaluate(() => {
    const real = globalThis.fetch;
    globalThis.called = [];
    globalThis.fetch = (url, options) => {
      globalThis.called.push([url, options.headers]);
      return real(url.replace("https://api.example", ""), options);
    };
  });
  const panel = await verify({ requirement: { methods: ["password"] } }, elsewhere, { token: "access-token" });
  await panel.getByLabel("パスワード").fill("secret");
  await press(panel, "確認する");
  assert.deepEqual(await outcome(), ["by-password"]);
  const called = await page.evaluate(() => globalThis.called);
  const headers = { "Accept-Language": "ja", Authorization: "Bearer access-token" };
  assert.deepEqual(called, [
    ["https://api.example/api/my-account", headers],
    ["https://api.example/api/verifications/password", { ...headers, "Content-Type": "application/json" }],
  ]);
});

test("a new identifier is shown whole, and a code that came by another page's typing is tidied", async () => {
  const panel = await verify({ newIdentifier: { type: "phone", value: "81312345678" } });
  await panel.getByText("Confirm the new phone number").waitFor();
  await panel.getByText("A code is on its way to 81312345678.").waitFor();
  await panel.getByLabel("Code").pressSequentially("１2 3-4a５6");
  assert.equal(await panel.getByLabel("Code").inputValue(), "123456");
  await press(panel, "Confirm");
  assert.deepEqual(await outcome(), ["by-code"]);
  assert.deepEqual(names(), ["POST verifications/verification-code", "POST verifications/verification-code/verify"]);
});

test("a code of a text message is filled in and sent by WebOTP", async () => {
  await page.evaluate(() => {
    globalThis.OTPCredential = class {};
    navigator.credentials.get = (options) => {
      globalThis.otp = options;
      return new Promise((resolve, reject) => {
        globalThis.arrive = (code) => resolve({ code });
        options.signal.addEventListener("abort", () => reject(options.signal.reason));
      });
    };
  });
  const panel = await verify({ requirement: { methods: ["phone_code"] } });
  await panel.getByLabel("Code").waitFor();
  assert.deepEqual(await page.evaluate(() => globalThis.otp.otp), { transport: ["sms"] });
  await page.evaluate(() => globalThis.arrive("654321"));
  assert.deepEqual(await outcome(), ["by-code"]);
  assert.equal(asked.at(-1).body.code, "654321");

  await verify({ requirement: { methods: ["phone_code"] } });
  await panel.getByLabel("Code").waitFor();
  assert.equal(await page.evaluate(() => globalThis.otp.signal.aborted), false);
  await press(panel, "Cancel");
  assert.equal(await page.evaluate(() => globalThis.otp.signal.aborted), true);
});

test("whoever cancels before anything was sent gets no message, and no answer that comes late counts", async () => {
  let arrive;
  answers["GET my-account"] = new Promise((resolve) => {
    arrive = () => resolve({ json: ACCOUNT });
  });
  const panel = await verify({ requirement: { methods: ["email_code"] } });
  await press(panel, "Cancel");
  assert.equal(await outcome(), null);
  assert.equal(await panel.count(), 0);
  arrive();
  let check;
  answers["POST verifications/password"] = new Promise((resolve) => {
    check = () => resolve({ status: 201, json: { verificationRecordId: "by-password" } });
  });
  await verify({ requirement: { methods: ["password"] } });
  await panel.getByLabel("Your password").fill("secret");
  await press(panel, "Confirm");
  await press(panel, "Cancel");
  assert.equal(await outcome(), null);
  const ended = page.waitForResponse((answer) => answer.request().method() === "DELETE");
  check();
  await ended;
  assert.deepEqual(names(), [
    "GET my-account",
    "GET my-account",
    "POST verifications/password",
    "DELETE verifications/by-password",
  ]);
});

test("an element that is taken out of the page cancels, and one that is moved does not", async () => {
  const panel = await verify({ requirement: { methods: ["password"] } });
  await panel.getByLabel("Your password").waitFor();
  await page.evaluate(() => document.body.append(document.querySelector("sekisho-verify")));
  assert.equal(await panel.count(), 1);
  await page.evaluate(() => document.querySelector("sekisho-verify").remove());
  assert.equal(await outcome(), null);
});

for (const [code, status, text, headers] of [
  ["session.verification_blocked_too_many_attempts", 400, "Try again in 59 min.", { "Retry-After": "3540" }],
  ["verification_record.not_found", 400, "This took too long. Cancel and start again."],
  ["record_session_mismatch", 400, "You have signed in anew meanwhile."],
  ["auth.unauthorized", 401, "You are signed out. Sign in again."],
  ["something.new", 422, "It is something.new."],
]) {
  test(`a password's ${code} is told in words`, async () => {
    answers["POST verifications/password"] = problem(status, code, headers);
    const panel = await verify({ requirement: { methods: ["password"] } });
    await panel.getByLabel("Your password").fill("secret");
    await press(panel, "Confirm");
    await panel.getByRole("alert").getByText(text).waitFor();
  });
}

for (const [code, text] of [
  ["verification_code.expired", "This code is too old. Have a new one sent."],
  ["verification_record.not_found", "This code is too old. Have a new one sent."],
  ["verification_code.not_found", "This code was used or revoked already."],
  ["verification_code.exceed_max_try", "This code was wrong too often."],
]) {
  test(`after ${code} a new code can be had`, async () => {
    answers["POST verifications/verification-code/verify"] = problem(400, code);
    const panel = await verify({ requirement: { methods: ["email_code"] } });
    await panel.getByLabel("Code").fill("123456");
    await press(panel, "Confirm");
    await panel.getByRole("alert").getByText(text).waitFor();
    assert.equal(await panel.getByLabel("Code").isVisible(), false);
    await press(panel, "Send a new code");
    await panel.getByLabel("Code").waitFor();
    assert.equal(asked.at(-1).name, "POST verifications/verification-code");
  });
}

test("a message that cannot be sent is told, and can be tried again", async () => {
  answers["POST verifications/verification-code"] = problem(400, "connector.general");
  const panel = await verify({ requirement: { methods: ["email_code", "password"] } });
  await panel.getByRole("button", { name: "Code by e-mail" }).click();
  await panel.getByText("The message could not be sent.").waitFor();
  answers["POST verifications/verification-code"] = "none";
  await press(panel, "Send a new code");
  await panel.getByText("No connection.").waitFor();
  answers["POST verifications/verification-code"] = { status: 502, body: "<html>" };
  await press(panel, "Send a new code");
  await panel.getByText("Something went wrong on our side.").waitFor();
  answers["POST verifications/verification-code"] = SENT;
  await press(panel, "Send a new code");
  await panel.getByText("A code is on its way").waitFor();
  assert.equal(await panel.getByRole("alert").textContent(), "");
});

test("a recipient who has had their messages sees when the next can be sent", async () => {
  const limited = problem(429, "request.message_rate_limited", { "Retry-After": "590" });
  answers["POST verifications/verification-code"] = limited;
  await page.clock.install();
  const panel = await verify({ requirement: { methods: ["email_code"] } });
  await panel.getByText("Too many messages.").waitFor();
  const again = panel.getByRole("button", { name: /^Send the code again in 9:\d\d$/ });
  assert.equal(await again.getAttribute("aria-disabled"), "true");
  answers["POST verifications/verification-code"] = SENT;
  await page.clock.fastForward(591_000);
  await press(panel, "Send a new code");
  await panel.getByLabel("Code").waitFor();
  // The same where it is the resend that is refused; the code that is there stays good.
  answers["POST verifications/verification-code/resend"] = limited;
  await page.clock.fastForward(31_000);
  await press(panel, "Send the code again");
  await panel.getByText("Too many messages.").waitFor();
  assert.equal(await panel.getByLabel("Code").getAttribute("aria-invalid"), null);
  await panel.getByLabel("Code").fill("123456");
  await press(panel, "Confirm");
  assert.deepEqual(await outcome(), ["by-code"]);
});

test("a new identifier that nothing can be sent to is named, and no button pretends to help", async () => {
  for (const [code, text] of [
    ["guard.invalid_input", "Nothing can be sent to x@y. Cancel and correct it."],
    ["session.email_blocklist.email_not_allowed", "It is session.email_blocklist.email_not_allowed."],
  ]) {
    answers["POST verifications/verification-code"] = problem(400, code);
    const panel = await verify({ newIdentifier: { type: "email", value: "x@y" } });
    await panel.getByRole("alert").getByText(text).waitFor();
    assert.deepEqual(await panel.getByRole("button").allTextContents(), ["Cancel"]);
    await press(panel, "Cancel");
    assert.equal(await outcome(), null);
  }
});

test("an account that cannot be read is told", async () => {
  answers["GET my-account"] = problem(503, "service.unavailable");
  const panel = await verify({});
  await panel.getByRole("alert").getByText("It is service.unavailable.").waitFor();
  await press(panel, "Cancel");
  assert.equal(await outcome(), null);
});
