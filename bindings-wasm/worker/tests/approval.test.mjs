// Approving operations in front of their user, in dev mode: `node --test tests`.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { develop } from "./dev.mjs";

const PASSWORD = "Vq7-lantern-orchard";
const VERIFY = "/api/verifications/password";
const CODES = "/api/verifications/verification-code";
const REVOKE = "/api/verifications/revoke";
const TRANSFERS = "/api/transfers";
const EMAIL = { type: "email", value: "ana@example.com" };
const PHONE = { type: "phone", value: "819012345678" };
const transfer = { amount: "120.00", currency: "EUR", payee: "Ana" };
const operation = { type: "transfer", ...transfer };

let worker;
let ana;

before(async () => (worker = await develop()));
after(() => worker?.stop());
beforeEach(async () => {
  await worker.control("POST", "reset");
  const fields = { username: "ana", password: PASSWORD, primaryEmail: EMAIL.value, primaryPhone: PHONE.value };
  ana = await worker.signIn(fields, { sessionId: "session-1" });
});

const outcome = ({ status, body }) => [status, body?.code];
const pay = (user, records, body = transfer, headers = {}) =>
  user.call("POST", TRANSFERS, body, { "logto-verification-id": [records].flat().join(", "), ...headers });

async function verified(user, more = { operation }) {
  const { status, body } = await user.call("POST", VERIFY, { password: PASSWORD, ...more });
  assert.equal(status, 201, JSON.stringify(body));
  return body.verificationRecordId;
}

async function sent(user, identifier, more = { operation }, headers = {}) {
  const { status, body } = await user.call("POST", CODES, { identifier, ...more }, headers);
  assert.equal(status, 201, JSON.stringify(body));
  return { id: body.verificationRecordId, message: await worker.lastMessage(identifier.value) };
}

async function codeChecked(user, identifier, { id, message }) {
  const check = { identifier, verificationId: id, code: message.code };
  return user.call("POST", `${CODES}/verify`, check);
}

async function change(policy) {
  const changed = await worker.control("PATCH", "policy", { operations: { transfer: policy } });
  assert.ok(changed.operations, JSON.stringify(changed));
}

test("who has no record is told all that it takes to go on, and goes on", async () => {
  const refused = await ana.call("POST", TRANSFERS, transfer);
  assert.deepEqual(outcome(refused), [401, "verification_record.permission_denied"]);
  assert.match(refused.headers.get("www-authenticate"), /insufficient_user_authentication.*max_age="300"/);
  const { data } = refused.body;
  assert.deepEqual(data.requirement, {
    methods: ["password", "email_code", "phone_code"],
    match: "any",
    maxAge: 300,
    bound: true,
    singleUse: true,
    sameSession: false,
  });
  assert.deepEqual(data.operation, operation);
  assert.ok(Date.parse(data.expiresAt) > Date.now());
  const record = await verified(ana, { operation: data.operation, resumeHandle: data.resumeHandle });
  const made = await pay(ana, record);
  assert.equal(made.status, 201);
  assert.deepEqual(made.body, { id: made.body.id, ...transfer });
});

test("what was approved is what is executed, and the right user alone is told what differs", async () => {
  const record = await verified(ana);
  for (const [user, body, code] of [
    [ana, { ...transfer, amount: "920.00" }, "record_operation_mismatch"],
    [ana, { ...transfer, payee: "Eve" }, "record_operation_mismatch"],
    [ana, { ...transfer, reference: "rent" }, "record_operation_mismatch"],
    [await worker.session(ana.id, { sessionId: "session-2" }), transfer, "record_session_mismatch"],
    [await worker.signIn({ username: "eve", password: PASSWORD }), transfer, "verification_record.permission_denied"],
  ]) {
    assert.deepEqual(outcome(await pay(user, record, body)), [401, code]);
  }
  assert.deepEqual(outcome(await pay(ana, "forged")), [401, "verification_record.permission_denied"]);
  assert.deepEqual(outcome(await pay(ana, await verified(ana, {}))), [401, "record_operation_mismatch"]);
  assert.equal((await pay(ana, record)).status, 201);
  assert.deepEqual(outcome(await pay(ana, record)), [409, "record_used"]);
});

test("a request that is repeated under its key is the same transfer", async () => {
  const record = await verified(ana);
  const repeated = { "idempotency-key": "a" };
  const first = await pay(ana, record, transfer, repeated);
  const again = await pay(ana, record, transfer, repeated);
  assert.deepEqual([first.status, again.status, again.body], [201, 201, first.body]);
  assert.deepEqual(outcome(await pay(ana, record, transfer, { "idempotency-key": "b" })), [409, "record_used"]);
  const tooLong = { "idempotency-key": "a".repeat(257) };
  assert.deepEqual(outcome(await pay(ana, record, transfer, tooLong)), [400, "guard.invalid_input"]);
});

test("of many at once one is made", async () => {
  const record = await verified(ana);
  const answers = await Promise.all(Array.from({ length: 16 }, () => pay(ana, record)));
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal(answers.filter(({ status }) => status === 409).length, 15);
});

test("the message shows the operation in the reader's language, and in mail the link", async () => {
  const mail = (await sent(ana, EMAIL)).message.text;
  assert.match(mail, /^You are asked to approve: Transfer 120\.00 EUR to Ana \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)\n/);
  assert.match(mail, new RegExp(`open this page to make the code void: ${worker.url}/not-me#sekisho_x1_[\\w-]+$`));
  const { text } = (await sent(ana, PHONE, { operation }, { "accept-language": "fr, ja-JP;q=0.9" })).message;
  assert.match(text, /^承認の対象: Ana に 120\.00 EUR を送金。コードは \d{6} です。/);
  assert.ok(!text.includes("/not-me"));
  const { text: without } = (await sent(ana, EMAIL, {})).message;
  assert.match(without, /^Your code is \d{6}\. Enter it/);
});

test("a code approves the operation that its message showed", async () => {
  const code = await sent(ana, EMAIL);
  const { status, body } = await codeChecked(ana, EMAIL, code);
  assert.equal(status, 200);
  assert.deepEqual(outcome(await pay(ana, body.verificationRecordId, { ...transfer, amount: "1" })), [
    401,
    "record_operation_mismatch",
  ]);
  assert.equal((await pay(ana, body.verificationRecordId)).status, 201);
});

for (const [what, fields, status, code] of [
  ["of no known type", { operation: { ...operation, type: "payout" } }, 400, "operation.unknown"],
  ["of the name of something else", { operation: { ...operation, type: "constructor" } }, 400, "operation.unknown"],
  ["without a type", { operation: {} }, 400, "operation.unknown"],
  ["that is no object", { operation: "transfer" }, 400, "guard.invalid_input"],
  ["that lacks a field of its message", { operation: { type: "transfer" } }, 400, "operation_not_displayable"],
  ["with a line end", { operation: { ...operation, payee: "Ana\nEve" } }, 400, "operation_not_displayable"],
  ["with a number of two meanings", { operation: { ...operation, n: 2 ** 53 } }, 400, "operation_invalid"],
  ["under a forged handle", { operation, resumeHandle: "sekisho_h1_x" }, 400, "verification_record.not_found"],
]) {
  test(`an operation ${what} is not approved`, async () => {
    for (const [path, more] of [
      [VERIFY, { password: PASSWORD }],
      [CODES, { identifier: EMAIL }],
    ]) {
      assert.deepEqual(outcome(await ana.call("POST", path, { ...more, ...fields })), [status, code], path);
    }
    assert.equal(await worker.lastMessage(EMAIL.value), undefined);
  });
}

test("a number that no double holds is no JSON", async () => {
  const body = `{"password":"${PASSWORD}","operation":{"type":"transfer","amount":1e999,"currency":"EUR","payee":"Ana"}}`;
  assert.deepEqual(outcome(await ana.call("POST", VERIFY, body)), [400, "guard.invalid_input"]);
});

test("a code that gives no permission approves nothing", async () => {
  for (const fields of [
    { identifier: { type: "email", value: "new@example.com" }, operation },
    { identifier: EMAIL, templateType: "BindMfa", operation },
  ]) {
    assert.deepEqual(outcome(await ana.call("POST", CODES, fields)), [400, "guard.invalid_input"]);
  }
});

test("a handle is for its operation, session and methods", async () => {
  await change({ methods: ["email_code"] });
  const { resumeHandle } = (await ana.call("POST", TRANSFERS, transfer)).body.data;
  const other = { ...operation, payee: "Eve" };
  const elsewhere = await worker.session(ana.id, { sessionId: "session-2" });
  for (const [user, path, fields, code] of [
    [ana, VERIFY, { password: PASSWORD, operation }, "record_method_not_allowed"],
    [ana, CODES, { identifier: EMAIL, operation: other }, "record_operation_mismatch"],
    [elsewhere, CODES, { identifier: EMAIL, operation }, "record_session_mismatch"],
  ]) {
    assert.deepEqual(outcome(await user.call("POST", path, { ...fields, resumeHandle })), [400, code]);
  }
  await sent(ana, EMAIL, { operation, resumeHandle });
});

test("a transfer is of an amount, a currency and a payee", async () => {
  const wrong = { amount: "0.00", currency: "eur", payee: "", reference: "x".repeat(141) };
  const { status, body } = await ana.call("POST", TRANSFERS, wrong);
  assert.equal(status, 400);
  for (const field of Object.keys(wrong)) assert.match(body.details, new RegExp(`"${field}"`));
});

test("all methods are demanded where the policy says so, and nothing is used up before they are there", async () => {
  await change({ methods: ["password", "email_code"], match: "all" });
  const byPassword = await verified(ana);
  assert.deepEqual(outcome(await pay(ana, byPassword)), [401, "record_method_not_allowed"]);
  const { body } = await codeChecked(ana, EMAIL, await sent(ana, EMAIL));
  assert.equal((await pay(ana, [body.verificationRecordId, byPassword])).status, 201);
  assert.deepEqual(outcome(await pay(ana, [body.verificationRecordId, byPassword])), [409, "record_used"]);
});

test("who cannot meet what is demanded is told what to set up", async () => {
  const bob = await worker.signIn({ username: "bob", password: PASSWORD });
  await change({ methods: ["password", "email_code", "phone_code"], match: "all" });
  const refused = await bob.call("POST", TRANSFERS, transfer);
  assert.deepEqual(outcome(refused), [403, "verification.enrolment_required"]);
  assert.deepEqual(refused.body.data, { methods: ["password", "email_code", "phone_code"], enrol: ["email", "phone"] });
  await change({ methods: ["phone_code"], match: "any" });
  assert.deepEqual((await bob.call("POST", TRANSFERS, transfer)).body.data.enrol, ["phone"]);
});

test("a policy can ask for the session, limit the age, and bind to no operation", async () => {
  const nowhere = await worker.session(ana.id);
  const record = await verified(nowhere);
  await change({ sameSession: true });
  assert.deepEqual(outcome(await pay(nowhere, record)), [403, "verification.session_required"]);
  const elsewhere = await worker.session(ana.id, { sessionId: "another" });
  assert.deepEqual(outcome(await pay(elsewhere, record)), [401, "record_session_mismatch"]);
  await change({ sameSession: false, maxAgeSeconds: 60 });
  const old = await verified(ana);
  await worker.control("POST", "clock", { advance: 61 });
  assert.deepEqual(outcome(await pay(ana, old)), [401, "record_too_old"]);
  await change({ bound: false, singleUse: false, maxAgeSeconds: null });
  const unbound = await verified(ana);
  for (const amount of ["1", "2"]) assert.equal((await pay(ana, unbound, { ...transfer, amount })).status, 201);
});

for (const [what, operations, told] of [
  ["a type that is no word", { "trans fer": {} }, "operations.trans fer: a type is"],
  ["no method", { transfer: { methods: [] } }, "operations.transfer.methods names no method"],
  ["a method twice", { transfer: { methods: ["password", "password"] } }, 'methods names "password" twice'],
  ["a method that is none", { transfer: { methods: ["sms"] } }, 'methods names "sms", which is none of'],
  ["an age of nothing", { transfer: { maxAgeSeconds: 0 } }, "operations.transfer.maxAgeSeconds is 0"],
  ["no message", { payout: { methods: ["password"] } }, "operations.payout.message has no en"],
  ["a language that is none", { transfer: { message: { j: "x" } } }, "message.j is not a language"],
  ["a template that is none", { transfer: { message: { ja: "{amount" } } }, "message.ja: A message template must"],
  ["what is misspelt", { transfer: { singleuse: true } }, "operations.transfer has no singleuse"],
]) {
  test(`a policy of operations with ${what} is refused by its key`, async () => {
    const { status, body } = await worker.call("PATCH", "/dev/policy", { operations });
    assert.equal(status, 400);
    assert.ok(body.details.includes(told), body.details);
  });
}

test("a code is sent again: the same code, id and end, after a while", async () => {
  const first = await sent(ana, EMAIL);
  const again = { verificationId: first.id, operation };
  const tooSoon = await ana.call("POST", `${CODES}/resend`, again);
  assert.deepEqual(outcome(tooSoon), [429, "request.message_rate_limited"]);
  const wait = Number(tooSoon.headers.get("retry-after"));
  assert.ok(wait > 25 && wait <= 30, `wait for ${wait} s`);
  await worker.control("POST", "clock", { advance: 30 });
  assert.deepEqual(outcome(await ana.call("POST", `${CODES}/resend`, { verificationId: first.id })), [
    400,
    "record_operation_mismatch",
  ]);
  const resent = await ana.call("POST", `${CODES}/resend`, again);
  assert.deepEqual([resent.status, resent.body.verificationRecordId], [201, first.id]);
  const message = await worker.lastMessage(EMAIL.value);
  assert.equal(message.code, first.message.code);
  assert.ok(message.text.includes("Transfer 120.00 EUR to Ana"));
  assert.equal((await codeChecked(ana, EMAIL, { id: first.id, message })).status, 200);
  await worker.control("POST", "clock", { advance: 30 });
  assert.deepEqual(outcome(await ana.call("POST", `${CODES}/resend`, again)), [400, "verification_code.not_found"]);
});

test("of many resends at once one is sent", async () => {
  const { id: verificationId } = await sent(ana, PHONE, {});
  await worker.control("POST", "clock", { advance: 30 });
  const resends = Array.from({ length: 8 }, () => ana.call("POST", `${CODES}/resend`, { verificationId }));
  const answers = await Promise.all(resends);
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal((await worker.control("GET", `outbox?to=${PHONE.value}`)).length, 2);
});

test("a code for a new address is sent again to it, and its recipient has one budget", async () => {
  const identifier = { type: "email", value: "new@example.com" };
  const { id: verificationId } = await sent(ana, identifier, {});
  await worker.control("POST", "clock", { advance: 30 });
  const unnamed = await ana.call("POST", `${CODES}/resend`, { verificationId });
  assert.deepEqual(outcome(unnamed), [400, "verification_record.not_found"]);
  for (let messages = 1; messages < 10; messages += 1) {
    assert.equal((await ana.call("POST", `${CODES}/resend`, { verificationId, identifier })).status, 201);
    await worker.control("POST", "clock", { advance: 30 });
  }
  const { templateType } = await worker.lastMessage(identifier.value);
  assert.equal(templateType, "BindNewIdentifier");
  const refused = await ana.call("POST", `${CODES}/resend`, { verificationId, identifier });
  assert.deepEqual(outcome(refused), [429, "request.message_rate_limited"]);
});

test("whoever has the message ends the code, and the record that was made of it", async () => {
  for (const isChecked of [false, true]) {
    const code = await sent(ana, EMAIL);
    const [, revocation] = /\/not-me#(\S+)/.exec(code.message.text);
    if (isChecked) assert.equal((await codeChecked(ana, EMAIL, code)).status, 200);
    for (let times = 0; times < 2; times += 1) {
      assert.equal((await worker.call("POST", REVOKE, { revocation })).status, 204);
    }
    assert.deepEqual(outcome(await codeChecked(ana, EMAIL, code)), [400, "verification_code.not_found"]);
    assert.deepEqual(outcome(await pay(ana, code.id)), [401, "verification_record.permission_denied"]);
    for (const other of ["x", revocation.slice(0, -1), `${revocation.slice(0, -1)}0`, `x${revocation}`, code.id]) {
      if (other === revocation) continue;
      const refused = await worker.call("POST", REVOKE, { revocation: other });
      assert.deepEqual(outcome(refused), [400, "verification_record.not_found"], other);
    }
  }
  assert.deepEqual(outcome(await worker.call("POST", REVOKE, {})), [400, "guard.invalid_input"]);
});

test("a user ends what is their own, from any session", async () => {
  const elsewhere = await worker.session(ana.id, { sessionId: "session-2" });
  const eve = await worker.signIn({ username: "eve", password: PASSWORD });
  const record = await verified(ana);
  const path = `/api/verifications/${record}`;
  assert.deepEqual(outcome(await eve.call("DELETE", path)), [400, "verification_record.not_found"]);
  assert.equal((await worker.call("DELETE", path)).status, 401);
  for (let times = 0; times < 2; times += 1) assert.equal((await elsewhere.call("DELETE", path)).status, 204);
  assert.deepEqual(outcome(await pay(ana, record)), [401, "verification_record.permission_denied"]);
  const code = await sent(ana, EMAIL);
  assert.equal((await ana.call("DELETE", `/api/verifications/${code.id}`)).status, 204);
  assert.deepEqual(outcome(await codeChecked(ana, EMAIL, code)), [400, "verification_code.not_found"]);
  assert.deepEqual(outcome(await ana.call("DELETE", "/api/verifications/x")), [400, "verification_record.not_found"]);
});

test("a path of its own is none of a verification", async () => {
  for (const path of [VERIFY, REVOKE, CODES]) {
    const { status, headers } = await ana.call("DELETE", path);
    assert.deepEqual([status, headers.get("allow")], [405, "POST"], path);
  }
  const { status, headers } = await ana.call("GET", "/api/verifications/x");
  assert.deepEqual([status, headers.get("allow")], [405, "DELETE"]);
});

test("a session may fail less than its user", async () => {
  await worker.control("PATCH", "policy", { lockout: { sessionMaxAttempts: 2 } });
  const elsewhere = await worker.session(ana.id, { sessionId: "session-2" });
  const wrong = () => ana.call("POST", VERIFY, { password: "wrong" });
  for (let times = 0; times < 2; times += 1) assert.equal((await wrong()).body.code, "session.invalid_credentials");
  const { body } = await ana.call("POST", VERIFY, { password: PASSWORD });
  assert.equal(body.code, "session.verification_blocked_too_many_attempts");
  assert.equal((await elsewhere.call("POST", VERIFY, { password: PASSWORD })).status, 201);
});
