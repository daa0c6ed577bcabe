// Approving an operation in front of its user: messages, resending, revoking, going on.
import assert from "node:assert/strict";

import { isSekishoError, KeyRing, MemoryCounters, renderMessage, requireVerification, Verifier } from "sekisho";

const keys = KeyRing.generate("development");
const verifier = new Verifier({ keys });
const subject = "user-1";
const session = "session-1";
const to = { type: "email", value: "ana@example.com" };
const operation = { type: "transfer", amount: "120.00", currency: "EUR", payee: "Ana" };
const now = 1_800_000_000;
const coded = (code) => (error) => isSekishoError(error, code);
const at = (time) => [new MemoryCounters(() => time), { now: time }];

export async function a_message_shows_what_is_approved() {
  const template = "Transfer {amount} {currency} to {payee}";
  assert.equal(renderMessage(template, { operation }), "Transfer 120.00 EUR to Ana");
  assert.equal(renderMessage(template, { operationJson: JSON.stringify(operation) }), "Transfer 120.00 EUR to Ana");
  for (const [sentence, shown, code] of [
    [template, { ...operation, payee: undefined }, undefined],
    [template, { ...operation, payee: "Ana\nEve" }, "operation_not_displayable"],
    [template, undefined, "operation_invalid"],
    ["{amount", operation, "message_template_invalid"],
  ]) {
    const error = code === undefined ? TypeError : coded(code);
    assert.throws(() => renderMessage(sentence, { operation: shown }), error);
  }
  assert.throws(() => renderMessage(5, { operation }), TypeError);
}

export async function a_code_is_sent_again_as_it_was_and_of_many_at_once_one_is() {
  let time = now;
  const counters = new MemoryCounters(() => time);
  const sent = await verifier.sendCode({ subject, session, operation, to }, counters, { now });
  const again = { subject, session, operation, to, challenge: sent.challenge };
  const wait = (seconds) => (error) => coded("request.message_rate_limited")(error) && error.retryAfter === seconds;
  await assert.rejects(verifier.resendCode(again, counters, { now }), wait(30));
  time += 30;
  const resends = Array.from({ length: 8 }, () => verifier.resendCode(again, counters, { now: time }));
  const settled = await Promise.allSettled(resends);
  const [resent, ...more] = settled.flatMap(({ value }) => value ?? []);
  assert.deepEqual(more, []);
  assert.deepEqual({ ...resent, cancel: undefined }, { ...sent, cancel: undefined });
  for (const { reason } of settled.filter(({ status }) => status === "rejected")) assert.ok(wait(30)(reason));
  time += 30;
  for (const [other, code] of [
    [{ operation: { ...operation, amount: "120.01" } }, "record_operation_mismatch"],
    [{ subject: "user-2" }, "verification_record.not_found"],
    [{ session: "session-2" }, "verification_record.not_found"],
    [{ to: { type: "email", value: "eve@example.com" } }, "verification_code.email_mismatch"],
  ]) {
    await assert.rejects(verifier.resendCode({ ...again, ...other }, counters, { now: time }), coded(code));
  }
  await verifier.checkCode({ subject, session, to, challenge: sent.challenge, code: resent.code }, counters, {
    now: time,
  });
  await assert.rejects(verifier.resendCode(again, counters, { now: time }), coded("verification_code.not_found"));
}

export async function a_resend_that_is_cancelled_is_given_back_to_the_recipient() {
  let time = now;
  const counters = new MemoryCounters(() => time);
  const once = new Verifier({ keys, policy: { sends: { limit: 2 } } });
  const { challenge } = await once.sendCode({ subject, to }, counters, { now: time });
  for (let times = 0; times < 5; times += 1) {
    time += 30;
    const resent = await once.resendCode({ subject, to, challenge }, counters, { now: time });
    await resent.cancel();
    await assert.rejects(resent.cancel(), /cancelled already/);
  }
}

export async function what_is_revoked_is_no_longer_accepted() {
  const [counters, options] = at(now);
  const first = await verifier.sendCode({ subject, session, to }, counters, options);
  const check = { subject, session, to, challenge: first.challenge, code: first.code };
  await assert.rejects(
    verifier.revoke({ subject: "user-2", record: first.challenge }, counters, options),
    coded("verification_record.not_found"),
  );
  for (let times = 0; times < 2; times += 1) {
    await verifier.revoke({ subject, record: first.challenge }, counters, options);
    await assert.rejects(verifier.checkCode(check, counters, options), coded("verification_code.not_found"));
  }
  const second = await verifier.sendCode({ subject, session, to }, counters, options);
  const { challenge, code } = second;
  const { record } = await verifier.checkCode({ subject, session, to, challenge, code }, counters, options);
  await verifier.present({ subject, session, record }, counters, options);
  for (let times = 0; times < 2; times += 1) {
    await verifier.revokeByLink(second.revocation, counters, options);
    for (const shown of [record, challenge]) {
      const presented = verifier.present({ subject, session, record: shown }, counters, options);
      await assert.rejects(presented, coded("verification_record.not_found"));
    }
  }
  for (const other of [record, challenge, `${second.revocation}A`, ""]) {
    await assert.rejects(verifier.revokeByLink(other, counters, options), coded("verification_record.not_found"));
  }
  const down = { add: () => Promise.reject(new Error("down")) };
  await assert.rejects(verifier.revokeByLink(first.revocation, down, options), coded("counter_store_failed"));
}

export async function without_counters_nothing_is_revoked_in_silence() {
  const uncounted = Verifier.withoutCounters({ keys });
  const { challenge, revocation } = uncounted.sendCode({ subject, to }, { now });
  assert.throws(() => uncounted.revoke({ subject, record: challenge }, { now }), coded("counters_required"));
  assert.throws(() => uncounted.revokeByLink(revocation, { now }), coded("counters_required"));
  assert.equal(uncounted.resendCode({ subject, to, challenge }, { now: now + 30 }).limits, "not_counted");
}

export async function a_refused_operation_is_gone_on_with_as_it_was() {
  const requirement = { methods: ["email_code"] };
  const { handle, expiresAt } = verifier.issueResumeHandle({ subject, session, operation, requirement }, { now });
  assert.equal(expiresAt, now + 600);
  const check = { subject, session, operation, handle, method: "email_code" };
  verifier.checkResumeHandle(check, { now });
  for (const [other, code] of [
    [{ subject: "user-2" }, "verification_record.not_found"],
    [{ handle: `${handle}A` }, "verification_record.not_found"],
    [{ session: "session-2" }, "record_session_mismatch"],
    [{ operation: { ...operation, payee: "Eve" } }, "record_operation_mismatch"],
    [{ method: "password" }, "record_method_not_allowed"],
  ]) {
    assert.throws(() => verifier.checkResumeHandle({ ...check, ...other }, { now }), coded(code));
  }
  assert.throws(() => verifier.checkResumeHandle(check, { now: expiresAt }), coded("verification_record.not_found"));
}

export async function who_is_refused_is_told_how_to_go_on() {
  const counters = new MemoryCounters();
  const guard = { verifier, counters, subject, operation, maxAge: 300, singleUse: true };
  for (const given of [{ operation }, { operation: undefined, operationJson: JSON.stringify(operation) }]) {
    const refused = await requireVerification(undefined, { ...guard, ...given });
    const { code, message, data } = await refused.json();
    assert.equal(code, "verification_record.permission_denied");
    assert.ok(message.length > 10);
    const methods = ["password", "email_code", "phone_code"];
    const requirement = { methods, match: "any", maxAge: 300, bound: true, singleUse: true, sameSession: false };
    assert.deepEqual(data.requirement, requirement);
    assert.deepEqual(data.operation, operation);
    assert.ok(Date.parse(data.expiresAt) > Date.now());
    verifier.checkResumeHandle({ subject, operation, handle: data.resumeHandle, method: "password" });
  }
  for (const [fault, status, code] of [
    [{ operation: undefined, operationJson: '{"a":1,"a":2}' }, 400, "operation_invalid"],
    [{ idempotencyKey: "" }, 400, "context_invalid"],
    [{ methods: [] }, 500, "requirement_invalid"],
    [{ sameSession: true }, 500, "requirement_invalid"],
  ]) {
    const refused = await requireVerification(undefined, { ...guard, ...fault });
    assert.deepEqual([refused.status, (await refused.json()).code], [status, code]);
    assert.equal(refused.headers.get("www-authenticate"), null);
  }
  const { data } = await (await requireVerification("forged", { verifier, counters, subject })).json();
  assert.equal(data.requirement.bound, false);
  assert.ok(!("operation" in data) && !("maxAge" in data.requirement));
}
