// The public API beyond the vectors, in an installed project: each export is a test.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import {
  canonical,
  drive,
  fromChallenge,
  isSekishoError,
  KeyRing,
  MemoryCounters,
  PasswordAcceptance,
  PasswordPolicy,
  purposeOfCode,
  renderMessage,
  requireVerification,
  SekishoError,
  toChallenge,
  Verifier,
} from "sekisho";
import { start } from "sekisho/custom";

const keys = KeyRing.generate("development");
const verifier = new Verifier({ keys });
const subject = "user-1";
const to = { type: "email", value: "ana@example.com" };
const coded = (code) => (error) => isSekishoError(error, code) && error instanceof Error && error.message.length > 10;

async function record(more = {}, counters = new MemoryCounters()) {
  const { challenge, code } = await verifier.sendCode({ subject, to, ...more }, counters);
  return verifier.checkCode({ subject, to, challenge, code, session: more.session }, counters);
}

export async function a_code_verifies_once() {
  const counters = new MemoryCounters();
  const { challenge, code, expiresAt } = await verifier.sendCode({ subject, to }, counters);
  assert.match(code, /^\d{6}$/);
  assert.ok(Math.abs(expiresAt - Date.now() / 1000 - 600) < 5);
  const check = { subject, to, challenge, code };
  const checks = await Promise.allSettled(Array.from({ length: 8 }, () => verifier.checkCode(check, counters)));
  assert.equal(checks.filter(({ status }) => status === "fulfilled").length, 1);
  for (const { reason } of checks.filter(({ status }) => status === "rejected"))
    assert.equal(reason.code, "verification_code.not_found");
}

export async function ten_wrong_codes_are_compared_however_many_come_at_once() {
  const counters = new MemoryCounters();
  const { challenge, code } = await verifier.sendCode({ subject, to }, counters);
  const wrong = String((Number(code) + 1) % 1e6).padStart(6, "0");
  const tries = Array.from({ length: 50 }, () => verifier.checkCode({ subject, to, challenge, code: wrong }, counters));
  const codes = (await Promise.allSettled(tries)).map(({ reason }) => reason.code);
  assert.equal(codes.filter((found) => found === "verification_code.code_mismatch").length, 10);
  await assert.rejects(
    verifier.checkCode({ subject, to, challenge, code }, counters),
    coded("verification_code.exceed_max_try"),
  );
}

export async function the_eleventh_message_waits_and_a_cancelled_one_does_not_count() {
  const counters = new MemoryCounters();
  for (let sent = 0; sent < 20; sent += 1) await (await verifier.sendCode({ subject, to }, counters)).cancel();
  const sends = [];
  for (let sent = 0; sent < 10; sent += 1) sends.push(await verifier.sendCode({ subject, to }, counters));
  await assert.rejects(
    verifier.sendCode({ subject, to }, counters),
    (error) => coded("request.message_rate_limited")(error) && error.retryAfter > 590,
  );
  await sends[0].cancel();
  await assert.rejects(sends[0].cancel(), /cancelled already/);
  await verifier.sendCode({ subject, to }, counters);
}

export async function passwords_are_hashed_checked_and_rehashed() {
  const cheap = new PasswordPolicy({ memoryKib: 64, passes: 1 });
  const passwordHash = cheap.hash("correct horse");
  const counters = new MemoryCounters();
  const verified = await verifier.checkPassword({ subject, password: "correct horse", passwordHash }, counters);
  assert.equal(verified.needsRehash, true);
  for (const stored of [passwordHash, null, undefined]) {
    const check = { subject, password: "wrong", passwordHash: stored };
    await assert.rejects(verifier.checkPassword(check, counters), coded("session.invalid_credentials"));
  }
  const broken = {
    subject,
    password: "x",
    passwordHash: "$argon2id$v=19$m=99999999,t=9,p=9$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
  };
  await assert.rejects(verifier.checkPassword(broken, counters), coded("password_hash_too_costly"));
  assert.throws(() => new PasswordPolicy({ memoryKib: 1 << 30 }), coded("policy_invalid"));
}

export async function an_operation_is_approved_as_it_is_and_no_other() {
  const operation = { type: "transfer", amount: "120.00", currency: "EUR", payee: "Ana" };
  const { record: token } = await record({ operation });
  const counters = new MemoryCounters();
  const reordered = Object.fromEntries(Object.entries(operation).reverse());
  await verifier.present({ subject, record: token, operation: reordered }, counters);
  await verifier.present({ subject, record: token, operationJson: JSON.stringify(operation, null, 2) }, counters);
  for (const other of [{ ...operation, amount: "120.01" }, undefined]) {
    const shown = { subject, record: token, operation: other };
    await assert.rejects(verifier.present(shown, counters), coded("record_operation_mismatch"));
  }
  for (const lost of [{ a: undefined }, { a: NaN }, [() => 1], Symbol("a"), { a: 1n }]) {
    await assert.rejects(verifier.sendCode({ subject, to, operation: lost }, counters), TypeError);
  }
  await assert.rejects(
    verifier.sendCode({ subject, to, operationJson: '{"a":1,"a":2}' }, counters),
    coded("operation_invalid"),
  );
}

export async function numbers_of_an_operation_are_compared_as_doubles_however_long() {
  const counters = new MemoryCounters();
  const same = [
    ["[0.1]", "[0.1000000000000000055511151231257827]"],
    ['{"a":1e-7}', '{"a":0.00000010000000000000000000}'],
    ["5e-324", "3e-324"],
    ["5e-324", `0.${"0".repeat(323)}3`],
    ["0", "-0.00000000000000000000"],
    ["0", `2e-${"9".repeat(30)}`],
    ["9007199254740991", "9007199254740990.9999"],
    ['["\\"1.00000000000000000",1]', '["\\"1.00000000000000000",1.00000000000000000]'],
    ['{"1.00000000000000000":2.5}', '{"1.00000000000000000":2.50000000000000000}'],
  ];
  const pick = random(11);
  for (let round = 0; round < 300; round += 1) {
    const double = (pick(2 ** 24) + pick(2 ** 24) / 2 ** 24) * 10 ** (pick(60) - 50);
    if (double >= 2 ** 53) continue;
    same.push([JSON.stringify(double), `  ${double.toExponential(40)} `]);
    same.push([JSON.stringify(double), double.toPrecision(17)]);
  }
  for (const [json, other] of same) {
    const { record: token } = await record({ operation: JSON.parse(json) });
    await verifier.present({ subject, record: token, operationJson: other }, counters);
  }
  const { record: token } = await record({ operationJson: "0.1" });
  const next = { subject, record: token, operationJson: "0.10000000000000002" };
  await assert.rejects(verifier.present(next, counters), coded("record_operation_mismatch"));
}

export async function no_number_becomes_one_on_the_way() {
  const long = "0".repeat(20);
  for (const operationJson of [
    `0${long}`,
    `-0${long}`,
    `.${long}`,
    `1.${long}e`,
    `1.${long}e2e3`,
    `1.${long}.5`,
    `1.${long}-1`,
    `1.${long} 1`,
    `+1.${long}`,
    `1e${long}x`,
    `"1.${long}`,
    `"1.${long}\\`,
    `1${long}e308`,
    `-1${long}e308`,
    `9007199254740992.${long}`,
    `"${'\\"'.repeat(32_000)}`,
    " ".repeat(1 << 24),
  ]) {
    const start = performance.now();
    await assert.rejects(
      verifier.sendCode({ subject, to, operationJson }, new MemoryCounters()),
      coded("operation_invalid"),
      operationJson.slice(0, 40),
    );
    assert.ok(performance.now() - start < 1000, operationJson.slice(0, 40));
  }
}

export async function a_route_is_guarded_in_five_lines() {
  const { record: token } = await record();
  const counters = new MemoryCounters();
  const guard = { verifier, counters, subject, maxAge: 300 };
  assert.equal(await requireVerification(token, guard), undefined);
  for (const shown of [undefined, null, "", "nonsense"]) {
    const refused = await requireVerification(shown, guard);
    assert.equal(refused.status, 401);
    assert.deepEqual(fromChallenge(refused.headers.get("WWW-Authenticate")), {
      methods: ["password", "email_code", "phone_code"],
      maxAge: 300,
    });
  }
  assert.equal((await requireVerification(token, { ...guard, subject: "user-2" })).status, 401);
  assert.equal((await requireVerification(token, { ...guard, operation: { a: 1 } })).status, 401);
  const once = { ...guard, singleUse: true };
  assert.equal(await requireVerification(token, { ...once, idempotencyKey: "a" }), undefined);
  assert.equal(await requireVerification(token, { ...once, idempotencyKey: "a" }), undefined);
  assert.equal((await requireVerification(token, { ...once, idempotencyKey: "b" })).status, 409);
  const down = { add: () => Promise.reject(new Error("down")) };
  const unavailable = await requireVerification(token, { ...once, counters: down });
  assert.deepEqual([unavailable.status, unavailable.headers.get("Retry-After")], [503, "1"]);
}

export async function a_store_that_fails_or_answers_nonsense_lets_nobody_through() {
  const { challenge, code } = await verifier.sendCode({ subject, to }, new MemoryCounters());
  const answers = [
    undefined,
    null,
    [],
    [1],
    [0, 0, 0, 0],
    ["1", 0, 0, 1],
    [1, 0, 0, NaN],
    [1.5, 0, 0, 1],
    [-1, 0, 0, 1],
    [2 ** 53, 0, 0, 1],
    {},
    "1001",
  ];
  for (const answer of answers) {
    const store = { add: () => answer };
    await assert.rejects(verifier.checkCode({ subject, to, challenge, code }, store), coded("counter_store_failed"));
  }
  const cause = new Error("down");
  const failing = {
    add: () => {
      throw cause;
    },
  };
  await assert.rejects(
    verifier.checkCode({ subject, to, challenge, code }, failing),
    (error) => coded("counter_store_failed")(error) && error.cause === cause,
  );
}

export async function without_counters_every_outcome_says_so() {
  const uncounted = Verifier.withoutCounters({ keys: keys.toText() });
  const { challenge, code, limits } = uncounted.sendCode({ subject, to });
  const verified = uncounted.checkCode({ subject, to, challenge, code });
  assert.deepEqual([limits, verified.limits], ["not_counted", "not_counted"]);
  assert.throws(
    () => uncounted.present({ subject, record: verified.record, requirement: { singleUse: true } }),
    coded("counters_required"),
  );
}

export async function a_flow_ends_once_and_what_is_disposed_is_gone() {
  const flow = verifier.steps.sendCode({ subject, to });
  assert.throws(() => flow.outcome(), coded("counter_store_failed"));
  const other = new Verifier({ keys });
  other[Symbol.dispose]();
  await assert.rejects(other.sendCode({ subject, to }, new MemoryCounters()), Error);
  await record();
}

export function purposes_are_told_by_the_addresses_of_the_user() {
  assert.equal(purposeOfCode(to, [to]), "UserPermissionValidation");
  assert.equal(purposeOfCode(to, [to], "BindMfa"), "BindMfa");
  assert.equal(purposeOfCode(to, [{ type: "phone", value: "4915112345" }]), "BindNewIdentifier");
  assert.throws(() => purposeOfCode({ type: "fax", value: "1" }, []), coded("identifier_invalid"));
}

export function randomness_that_is_none_is_told_from_randomness_that_the_platform_forbids() {
  assert.throws(
    () => KeyRing.generate("production", { entropy: new Uint8Array(32) }),
    (error) => coded("entropy_unusable")(error) && error.cause === undefined,
  );
}

export async function an_age_that_is_none_lets_no_record_through() {
  const counters = new MemoryCounters();
  for (const maxAge of [-1, 0.5, NaN, Infinity, 2 ** 60]) {
    await assert.rejects(
      verifier.present({ subject, record: "x", requirement: { maxAge } }, counters),
      coded("requirement_invalid"),
    );
    assert.throws(() => toChallenge({ maxAge }), coded("requirement_invalid"));
  }
}

export function a_ring_is_for_production_or_for_development() {
  assert.throws(() => KeyRing.generate("prod"), TypeError);
  assert.throws(() => KeyRing.generate(undefined), TypeError);
}

export function secrets_are_in_no_json_and_no_message() {
  const secret = keys.toText().split(".")[2];
  assert.ok(!JSON.stringify({ keys, verifier }).includes(secret));
  for (const text of [`${keys.toText()}x`, keys.toText().slice(0, -20)]) {
    assert.throws(
      () => KeyRing.parse(text),
      (error) => error instanceof SekishoError && !`${error}${error.stack}`.includes(secret),
    );
  }
}

export async function a_requirement_of_another_type_is_not_taken_for_none() {
  const counters = new MemoryCounters();
  const { record: token } = await record({}, counters);
  const wrong = [
    { sameSession: 1 },
    { sameSession: "true" },
    { sameSession: null },
    { singleUse: "yes" },
    { singleUse: 1 },
    { identifier: null },
    { identifier: "" },
    { methods: null },
    { methods: "password" },
    { methods: { length: undefined, map: () => [] } },
    { purpose: null },
    { maxAge: null },
  ];
  for (const requirement of [...wrong, null, "singleUse", 5, true, [{ singleUse: true }]]) {
    const shown = { subject, record: token, requirement };
    await assert.rejects(verifier.present(shown, counters), TypeError, JSON.stringify(requirement));
  }
  for (const requirement of wrong) {
    await assert.rejects(requireVerification(token, { verifier, counters, subject, ...requirement }), TypeError);
  }
  await assert.rejects(verifier.sendCode({ subject, to, purpose: null }, counters), TypeError);
}

export async function an_operation_that_JSON_would_empty_is_none() {
  class Hidden {
    #amount = "120.00";
    get amount() {
      return this.#amount;
    }
  }
  const counters = new MemoryCounters();
  const empty = [
    Promise.resolve({ a: 1 }),
    new Map([["a", 1]]),
    new Set([1]),
    new FormData(),
    new URLSearchParams("a=1"),
    new Request("http://localhost"),
    /a/,
    new Error("a"),
    new Hidden(),
  ];
  for (const operation of empty.flatMap((value) => [value, { in: [value] }])) {
    await assert.rejects(verifier.sendCode({ subject, to, operation }, counters), TypeError);
  }
  const plain = { at: new Date(0), payee: Object.assign(Object.create(null), { name: "Ana" }) };
  const { record: token } = await record({ operation: plain });
  const operation = { at: "1970-01-01T00:00:00.000Z", payee: { name: "Ana" } };
  await verifier.present({ subject, record: token, operation }, counters);
}

export async function an_operation_too_deep_to_be_written_is_refused() {
  const operation = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  await assert.rejects(verifier.sendCode({ subject, to, operation }, new MemoryCounters()), coded("operation_invalid"));
}

/** All of them are the same bytes in UTF-8. */
export async function half_characters_make_no_text_the_same_as_another() {
  const counters = new MemoryCounters();
  for (const half of ["\ud800", "a\udfffb", "\udc00\ud800"]) {
    await assert.rejects(verifier.sendCode({ subject: half, to }, counters), coded("context_invalid"));
    await assert.rejects(verifier.sendCode({ subject, to, session: half }, counters), coded("context_invalid"));
    assert.throws(() => canonical({ type: "email", value: `${half}@example.com` }), coded("identifier_invalid"));
    const check = { subject, password: half, passwordHash: null };
    await assert.rejects(verifier.checkPassword(check, counters), coded("password_invalid"));
    const shown = { subject, record: (await record()).record, requirement: { singleUse: true }, idempotencyKey: half };
    await assert.rejects(verifier.present(shown, counters), coded("context_invalid"));
  }
  const whole = { subject: "\u{1f600}\ufffdé", to };
  const { challenge, code } = await verifier.sendCode(whole, counters);
  await verifier.checkCode({ ...whole, challenge, code }, counters);
  const acceptance = new PasswordAcceptance({ leaked: "half \ud800 a character\nleaked long ago" });
  assert.deepEqual(acceptance.judge("leaked long ago"), ["password_rejected.pwned"]);
}

export function spaces_within_the_words_of_a_user_take_no_time() {
  const spaces = " ".repeat(100_000);
  const began = Date.now();
  const ownData = [`x${spaces}x${spaces}x`, `${spaces}vK3#q8!x${spaces}`];
  const judged = new PasswordAcceptance().judge("vK3#q8!x-purple-93", { ownData });
  assert.deepEqual(judged, ["password_rejected.restricted.user_info"]);
  assert.ok(Date.now() - began < 1000, `${Date.now() - began} ms`);
}

export async function what_is_no_store_is_told_from_a_store_that_fails() {
  for (const counters of [undefined, null, {}, { add: 1 }, 5, { now: 1 }]) {
    await assert.rejects(verifier.sendCode({ subject, to }, counters), TypeError);
  }
  const endless = { add: async () => Array.from({ length: 1_000_000 }, () => 1) };
  await assert.rejects(verifier.sendCode({ subject, to }, endless), coded("counter_store_failed"));
}

export function what_a_verifier_is_made_of_is_of_its_type() {
  const wrong = [
    { keys: undefined },
    { keys: new PasswordPolicy() },
    { keys, passwords: {} },
    { keys, passwords: { memoryKib: 65_536 } },
    { keys, passwords: keys },
    { keys, passwords: { held: {} } },
    { keys, policy: "strict" },
    { keys, policy: { sends: 3 } },
    { keys, policy: { code: null } },
    { keys, policy: { failures: [5] } },
  ];
  for (const options of wrong) assert.throws(() => new Verifier(options), TypeError);
}

export function arguments_that_the_module_has_no_room_for_do_not_reach_it() {
  const methods = Array.from({ length: 2 ** 10 }, () => "x".repeat(2 ** 20));
  assert.throws(
    () => toChallenge({ methods }),
    (error) => coded("out_of_memory")(error) && /arguments/.test(error.message),
  );
}

/** What is thrown inside the module takes some of its stack along each time. */
export async function what_is_disposed_is_refused_however_often_and_harms_nothing_else() {
  const ring = KeyRing.generate("development");
  const policy = new PasswordPolicy();
  const gone = new Verifier({ keys: ring });
  const flow = gone.steps.sendCode({ subject, to });
  const acceptance = new PasswordAcceptance();
  for (const held of [ring, policy, gone, flow, acceptance])
    for (let times = 0; times < 3; times += 1) held[Symbol.dispose]();
  const counters = new MemoryCounters();
  const calls = [
    () => gone.steps.sendCode({ subject, to }),
    () => gone.steps.unblock(subject),
    () => flow.resume([1]),
    () => ring.toText(),
    () => JSON.stringify(ring),
    () => ring.rotate(2 ** 31),
    () => policy.verify("a", null),
    () => acceptance.judge("a"),
    () => new Verifier({ keys: ring }),
    () => new Verifier({ keys, passwords: policy }),
  ];
  for (const call of calls) for (let times = 0; times < 500; times += 1) assert.throws(call, /^TypeError: .*disposed/);
  await assert.rejects(drive(flow, counters), TypeError);
  await record();
}

export async function a_verifier_outlives_what_it_was_made_of() {
  const ring = KeyRing.generate("development");
  const passwords = new PasswordPolicy({ memoryKib: 64, passes: 1 });
  const passwordHash = passwords.hash("correct horse");
  const made = new Verifier({ keys: ring, passwords });
  for (const part of [ring, passwords]) part[Symbol.dispose]();
  const check = { subject, password: "correct horse", passwordHash };
  assert.equal((await made.checkPassword(check, new MemoryCounters())).needsRehash, false);
}

/** Whatever a program without types passes in, the module answers and lives on. */
export async function no_argument_ends_the_module() {
  const odd = [
    undefined,
    null,
    true,
    -1,
    0,
    1.5,
    NaN,
    Infinity,
    2 ** 60,
    10n,
    "",
    "x",
    "\0",
    "\ud800",
    "x".repeat(70_000),
    [],
    {},
    () => 1,
    Symbol("s"),
    new Uint8Array(3),
    new Date(),
    Object.create(null),
  ];
  const counters = new MemoryCounters();
  const pick = random(7);
  const calls = [
    (a, b, c, d) => verifier.sendCode({ subject: a, to: { type: b, value: c }, session: d }, counters),
    (a, b, c, d) => verifier.sendCode({ subject, to: b, purpose: c, operationJson: d }, counters, { now: a }),
    (a, b, c, d) => verifier.checkCode({ subject: a, to, challenge: b, code: c, session: d }, counters),
    (a, b, c, d) => verifier.present({ subject, record: a, requirement: b, idempotencyKey: c, operation: d }, counters),
    (a, b, c, d) =>
      verifier.present({ subject, record: a, requirement: { methods: [b], maxAge: c, purpose: d } }, counters),
    (a, b, c) => verifier.checkPassword({ subject, password: a, passwordHash: b }, counters, { entropy: c }),
    (a, b) => KeyRing.generate(a, { now: b, entropy: new Uint8Array(32) }),
    (a) => KeyRing.parse(a),
    (a, b) => keys.rotate(a, { now: b }),
    (a, b) => keys.retire(a, b),
    (a, b, c, d) => new PasswordPolicy({ memoryKib: a, passes: b, pepper: { id: c, key: d } }),
    (a, b, c) => new Verifier({ keys, policy: { recordLifetime: a, code: { length: b, lifetime: c } } }),
    (a) => fromChallenge(a),
    (a, b) => renderMessage(a, { operationJson: b }),
    (a, b) => renderMessage("{x}{y}", { operation: { x: a, y: b } }),
    (a, b, c, d) => verifier.resendCode({ subject: a, to, challenge: b, session: c, operation: d }, counters),
    (a, b, c) => verifier.revoke({ subject: a, record: b }, counters, { now: c }),
    (a, b) => verifier.revokeByLink(a, counters, { now: b }),
    (a, b, c, d) => verifier.issueResumeHandle({ subject: a, session: b, requirement: { methods: [c] }, operation: d }),
    (a, b, c, d) => verifier.checkResumeHandle({ subject: a, handle: b, method: c, operation: d }),
    (a, b) => verifier.steps.sendCode({ subject, to }, { now: a, entropy: b }).resume(a),
  ];
  let refused = 0;
  for (let round = 0; round < 4000; round += 1) {
    const call = calls[round % calls.length];
    const given = Array.from({ length: 4 }, () => odd[pick(odd.length)]);
    try {
      await call(...given);
    } catch (error) {
      assert.ok(
        error instanceof SekishoError || error instanceof TypeError,
        `${call} ${String(error)} ${error?.stack}`,
      );
      refused += 1;
    }
  }
  assert.ok(refused > 2000);
  await record();
}

export async function a_module_that_is_started_again_leaves_what_lives_as_it_is() {
  const text = keys.toText();
  const flow = verifier.steps.sendCode({ subject, to });
  start(new WebAssembly.Module(readFileSync(fileURLToPath(import.meta.resolve("sekisho/wasm")))));
  assert.equal(keys.toText(), text);
  while (flow.ops) flow.resume(flow.ops.map(({ delta }) => Math.max(0, delta)));
  assert.match(flow.outcome().code, /^\d{6}$/);
  assert.throws(() => flow.outcome(), coded("counter_store_failed"));
  await record();
}

/** A small generator, so that every run passes the same arguments. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}
