// The worker as it is deployed: `node --test tests`.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { SignJWT } from "jose";
import { KeyRing } from "sekisho";

import { deploy, PASSWORD, PUBLIC_URL, seconds, usual } from "./deployed.mjs";
import { start } from "./server.mjs";

const CODES = "/api/verifications/verification-code";

let worker;
let issuer;
let provider;

before(async () => {
  worker = await deploy();
  ({ issuer, provider } = worker);
});
after(() => worker?.stop());

test("a token of the issuer verifies the password", async () => {
  const { status, body } = await worker.call("/api/verifications/password", { password: PASSWORD });
  assert.equal(status, 201);
  assert.match(body.verificationRecordId, /^sekisho_r1_/);
});

for (const [what, claims, header] of [
  ["another issuer", { iss: "https://evil.example" }],
  ["another audience", { aud: "https://other.example" }],
  ["the past", { exp: seconds() - 1 }],
  ["nobody", { sub: undefined }],
  ["another kind", {}, { typ: "dpop+jwt" }],
  ["a key that nobody published", {}, { kid: "unknown" }],
]) {
  test(`a token of ${what} is refused`, async () => {
    const { status, body } = await worker.call("/api/my-account", undefined, {
      token: await issuer.token(claims, header),
    });
    assert.deepEqual([status, body.code], [401, "auth.unauthorized"]);
  });
}

for (const [what, token] of [
  ["a random text", "mF_9.B5f-4.1JqM"],
  ["a UUID", "5a1c6f0e-2d3b-4c77-9f41-0c8d2e6a7b90"],
  ["three parts that are no JSON", "a.b.c"],
  ["five parts, as of an encrypted token", "a.b.c.d.e"],
  ["ten thousand characters", "x".repeat(10_000)],
]) {
  test(`an opaque token is not accepted: ${what}`, async () => {
    for (const [path, body] of [["/api/my-account"], ["/api/verifications/password", { password: PASSWORD }]]) {
      const answer = await worker.call(path, body, { token });
      assert.deepEqual([answer.status, answer.body.code], [401, "auth.unauthorized"]);
    }
  });
}

test("a token that is signed with the public key as a secret is refused", async () => {
  const forged = new SignJWT(usual({})).setProtectedHeader({ alg: "HS256", kid: "k1" });
  const token = await forged.sign(new TextEncoder().encode(JSON.stringify(issuer.jwk)));
  assert.equal((await worker.call("/api/my-account", undefined, { token })).status, 401);
});

test("a client that is not on the list is a third party", async () => {
  const token = await issuer.token({ client_id: "other" });
  const { body } = await worker.call("/api/verifications/password", { password: PASSWORD }, { token });
  assert.equal(body.code, "auth.third_party_application_forbidden");
});

test("a new password is held against the policy's words and the list of common ones", async () => {
  const verified = await worker.call("/api/verifications/password", { password: PASSWORD });
  const headers = { "logto-verification-id": verified.body.verificationRecordId };
  for (const [password, code] of [
    ["vK3#SEKISHO-q8!", "password_rejected.restricted.words"],
    ["Password123", "password_rejected.pwned"],
  ]) {
    const { status, body } = await worker.call("/api/my-account/password", { password }, { headers });
    assert.deepEqual([status, body.data], [422, [{ code }]]);
  }
});

test("what is wrong with a field is said once", async () => {
  for (const [sent, what] of [
    [{}, "it is required."],
    [{ password: "" }, "it must not be empty."],
    [{ password: 5 }, "it must be a string."],
    [{ password: null }, "it must be a string."],
    [{ password: "\ud800" }, "it must be Unicode text."],
  ]) {
    const { status, body } = await worker.call("/api/verifications/password", sent);
    assert.deepEqual([status, body.details], [400, `Error in key path "password": ${what}`]);
  }
});

test("a code goes to the mail webhook, signed, in the reader's language", async () => {
  const sent = await send({ type: "email", value: "Ana@example.com" }, { "accept-language": "fr, ja-JP;q=0.9" });
  assert.equal(sent.status, 201);
  const { path, event } = provider.last();
  assert.equal(path, "/mail");
  assert.equal(event.type, "email.verification_code");
  assert.equal(event.data.to, "Ana@example.com");
  assert.equal(event.data.templateType, "UserPermissionValidation");
  assert.equal(event.data.locale, "ja");
  assert.ok(event.data.text.includes(event.data.code));
  assert.ok(!event.data.subject.includes(event.data.code));
  const check = {
    identifier: { type: "email", value: "Ana@example.com" },
    verificationId: sent.body.verificationRecordId,
    code: event.data.code,
  };
  assert.equal((await worker.call(`${CODES}/verify`, check)).status, 200);
});

test("a code goes to the SMS webhook with the number in E.164", async () => {
  assert.equal((await send({ type: "phone", value: "819012345678" })).status, 201);
  const { path, event } = provider.last();
  assert.deepEqual([path, event.type, event.data.to], ["/sms", "sms.verification_code", "+819012345678"]);
});

test("the mail webhook gets what is approved and where to say no, and saying no ends the code", async () => {
  const identifier = { type: "email", value: "Ana@example.com" };
  const operation = { type: "payout", amount: "5.00" };
  const asked = await worker.call(CODES, { identifier, operation }, { headers: { "accept-language": "ja" } });
  assert.equal(asked.status, 201);
  const { data } = provider.last().event;
  assert.equal(data.operation, "5.00 を出金");
  assert.ok(data.text.includes(data.operation) && data.text.includes(data.notMeUrl));
  const [page, revocation] = data.notMeUrl.split("#");
  assert.equal(page, `${PUBLIC_URL}/not-me`);
  const revoked = await fetch(`${worker.url}/api/verifications/revoke`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ revocation }),
  });
  assert.equal(revoked.status, 204);
  const check = { identifier, verificationId: asked.body.verificationRecordId, code: data.code };
  assert.equal((await worker.call(`${CODES}/verify`, check)).body.code, "verification_code.not_found");
});

test("the SMS webhook gets what is approved, and no link", async () => {
  const identifier = { type: "phone", value: "819012345678" };
  await worker.call(CODES, { identifier, operation: { type: "payout", amount: "5.00" } });
  const { data } = provider.last().event;
  assert.equal(data.operation, "Pay 5.00 out");
  assert.ok(data.text.includes("to approve: Pay 5.00 out.") && !("notMeUrl" in data));
});

test("the example of dev mode is not there", async () => {
  const { status, body } = await worker.call("/api/transfers", { amount: "1", currency: "EUR", payee: "Ana" });
  assert.deepEqual([status, body.code], [404, "entity.not_found"]);
});

test("what the provider refuses is told, and not counted", async () => {
  const to = { type: "email", value: "new@example.com" };
  for (const [answer, status, code] of [
    [429, 429, "connector.rate_limit_exceeded"],
    [500, 400, "connector.general"],
    [302, 400, "connector.general"],
  ]) {
    provider.answer(answer);
    for (let times = 0; times < 4; times += 1) {
      const { status: given, body } = await send(to);
      assert.deepEqual([given, body.code], [status, code]);
    }
  }
  provider.answer(204);
  for (let times = 0; times < 10; times += 1) assert.equal((await send(to)).status, 201);
  assert.equal((await send(to)).body.code, "request.message_rate_limited");
});

test("there is no control surface", async () => {
  for (const path of ["users", "tokens", "outbox", "clock", "policy", "reset"]) {
    const response = await fetch(`${worker.url}/dev/${path}`, { method: "POST", body: "{}" });
    assert.equal(response.status, 404, path);
  }
});

const development = KeyRing.generate("development").toText();
const keys = KeyRing.generate("production").toText();
for (const [variables, told] of [
  [{ SEKISHO_KEYS: development }, /SEKISHO_KEYS is a development key ring/],
  [{ SEKISHO_KEYS: keys, SEKISHO_PUBLIC_URL: "https://example.com/pages" }, /SEKISHO_PUBLIC_URL must be the scheme/],
  [{ SEKISHO_KEYS: keys, SEKISHO_PUBLIC_URL: "http://example.com" }, /SEKISHO_PUBLIC_URL must be the scheme/],
  [
    { SEKISHO_KEYS: keys, SEKISHO_POLICY: '{"operations":{"payout":{"methods":["sms"]}}}' },
    /operations\.payout\.methods names "sms"/,
  ],
]) {
  test(`a setting that is wrong stops every request and is named in the log: ${told.source}`, async () => {
    const wrong = await start([], variables);
    try {
      const response = await fetch(`${wrong.url}/api/my-account`);
      assert.deepEqual([response.status, await response.json()], [500, { message: "Internal server error." }]);
      await wrong.logs(told);
      assert.ok(!wrong.log().includes(variables.SEKISHO_KEYS));
    } finally {
      await wrong.stop();
    }
  });
}

test("where the issuer does not answer, nobody is sent to sign in again", async () => {
  const cut = await start([], {
    SEKISHO_KEYS: KeyRing.generate("production").toText(),
    SEKISHO_ACCESS_TOKEN_JWKS_URL: "http://127.0.0.1:9/jwks",
  });
  try {
    const headers = { authorization: `Bearer ${await issuer.token({})}` };
    const response = await fetch(`${cut.url}/api/my-account`, { headers });
    assert.deepEqual([response.status, (await response.json()).code], [503, "service.unavailable"]);
    assert.equal(response.headers.get("retry-after"), "1");
  } finally {
    await cut.stop();
  }
});

function send(identifier, headers) {
  return worker.call(CODES, { identifier }, { headers });
}
