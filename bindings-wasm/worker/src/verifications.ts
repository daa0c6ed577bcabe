/** Verifying who the user is: by password, or by a code. */

import { type CodeSent, type Identifier, isSekishoError, type Method, type Purpose, purposeOfCode } from "sekisho";

import { ok } from "./answer";
import type { App } from "./app";
import { type Approval, type Asked, approvalIfAny, bindingOf, checkDemands, readAsked, sentence } from "./approval";
import { Fields } from "./body";
import { requireProvider, requireShort } from "./delivery";
import { languageOf } from "./language";
import { LOCALES, type Message } from "./message";
import { admitNew, RECORD_LIFETIME } from "./policy";
import { Problem } from "./problem";
import { linked } from "./revocations";
import type { Request } from "./router";
import { identifiers, type User } from "./users";

/** `POST /api/verifications/password`: the password of the token's own user. */
export async function verifyPassword(c: Request): Promise<Response> {
  const { app, caller } = c.var;
  const body = await Fields.read(c);
  const password = body.password("password");
  const asked = readAsked(body);
  body.end();
  caller.requireFirstParty();
  const approval = approvalIfAny(app, asked);
  checkDemands({ app, caller }, asked, approval, "password");
  const user = await caller.user();
  const check = { ...bindingOf(caller, approval), password, passwordHash: user.password_hash };
  const verified = await app.verifier.checkPassword(check, app.counters.ofUser(user.id), { now: app.clock.seconds() });
  // Only now: who does not know the password learns nothing about the account.
  if (user.suspended) throw Problem.of("userSuspended");
  if (verified.needsRehash) c.executionCtx.waitUntil(rewriteHash(app, user, password));
  return issued(verified.record, verified.expiresAt);
}

/** `POST /api/verifications/verification-code`: sends a code. */
export async function sendCode(c: Request): Promise<Response> {
  const { app, caller } = c.var;
  const body = await Fields.read(c);
  const to = body.identifier("identifier");
  const template = body.template("templateType");
  const asked = readAsked(body);
  body.end();
  caller.requireFirstParty();
  const approval = approvalIfAny(app, asked);
  checkDemands({ app, caller }, asked, approval, METHODS[to.type]);
  const user = await caller.activeUser();
  const purpose = purposeOfCode(to, identifiers(user), template);
  checkPurpose(purpose, asked);
  if (purpose === "BindNewIdentifier") admitNew(app.policy, to);
  const send = { ...bindingOf(caller, approval), to, purpose };
  const sent = await app.verifier.sendCode(send, app.counters.ofRecipient(), { now: app.clock.seconds() });
  return deliver(c, sent, to, approval);
}

/** `POST /api/verifications/verification-code/resend`: sends a code again. */
export async function resendCode(c: Request): Promise<Response> {
  const { app, caller } = c.var;
  const body = await Fields.read(c);
  const challenge = body.id("verificationId");
  const named = body.identifierIfAny("identifier");
  const facts = body.objectIfAny("operation");
  body.end();
  caller.requireFirstParty();
  const approval = approvalIfAny(app, { facts });
  const user = await caller.activeUser();
  const recipients = named === undefined ? identifiers(user) : [named];
  const resend = { ...bindingOf(caller, approval), challenge };
  const counters = app.counters.ofUserAndRecipient(user.id);
  const [sent, to] = await ofTheRightOne(recipients, (to) =>
    app.verifier.resendCode({ ...resend, to }, counters, { now: app.clock.seconds() }),
  );
  // The challenge alone says what it is good for.
  if (facts !== undefined && sent.purpose !== "UserPermissionValidation") {
    await sent.cancel();
    checkPurpose(sent.purpose, { facts, resumeHandle: undefined });
  }
  return deliver(c, sent, to, approval);
}

/** `POST /api/verifications/verification-code/verify`: checks a code. */
export async function checkCode(c: Request): Promise<Response> {
  const { app, caller } = c.var;
  const body = await Fields.read(c);
  const to = body.identifier("identifier");
  const challenge = body.id("verificationId");
  const code = body.textOrEmpty("code");
  body.end();
  caller.requireFirstParty();
  const user = await caller.activeUser();
  const check = { ...caller.binding, to, challenge, code };
  const { record } = await app.verifier.checkCode(check, app.counters.ofUser(user.id), { now: app.clock.seconds() });
  return ok(200, { verificationRecordId: record });
}

const METHODS: Readonly<Record<Identifier["type"], Method>> = { email: "email_code", phone: "phone_code" };

/** Nothing can be approved by a code that gives no permission. */
function checkPurpose(purpose: Purpose, { facts, resumeHandle }: Asked): void {
  if (purpose === "UserPermissionValidation" || (facts === undefined && resumeHandle === undefined)) return;
  const must =
    "it can be approved only by a code sent to an address or number of the user's own, with the template UserPermissionValidation.";
  throw Problem.invalidInput(`Error in key path "operation": ${must}`);
}

/** Nobody keeps where a code went: who is another than that is refused before anything is counted. */
async function ofTheRightOne(
  recipients: readonly Identifier[],
  resend: (to: Identifier) => Promise<CodeSent>,
): Promise<[sent: CodeSent, to: Identifier]> {
  let wrong: unknown = Problem.recordNotFound();
  for (const to of recipients) {
    try {
      return [await resend(to), to];
    } catch (thrown) {
      if (!OF_ANOTHER.some((code) => isSekishoError(thrown, code))) throw thrown;
      wrong = thrown;
    }
  }
  throw wrong;
}

const OF_ANOTHER = [
  "verification_record.not_found",
  "verification_code.email_mismatch",
  "verification_code.phone_mismatch",
] as const;

function issued(record: string, expiresAt: number): Response {
  return ok(201, { verificationRecordId: record, expiresAt: new Date(expiresAt * 1000).toISOString() });
}

/** A message that nobody took does not count against its recipient. */
async function deliver(c: Request, sent: CodeSent, to: Identifier, approval: Approval | undefined): Promise<Response> {
  const { app } = c.var;
  const message = messageOf(c, sent, to, approval);
  try {
    requireProvider(app.policy, message);
    requireShort(message);
    await app.delivery.send(message);
  } catch (thrown) {
    await sent.cancel().catch((cause) => console.error("a send that failed stays counted:", cause));
    throw thrown;
  }
  return issued(sent.challenge, sent.expiresAt);
}

function messageOf(c: Request, sent: CodeSent, to: Identifier, approval: Approval | undefined): Message {
  const { app, caller } = c.var;
  const { code, purpose, revocation } = sent;
  // A code that is sent again has lived already.
  const age = RECORD_LIFETIME - (sent.expiresAt - app.clock.seconds());
  const page = app.publicUrl;
  return {
    to,
    purpose,
    code,
    lifetime: app.policy.code.expirationDuration - age,
    locale: languageOf(c, LOCALES),
    operation: approval === undefined ? "" : sentence(c, approval),
    sentAt: app.clock.milliseconds(),
    // What it revokes is in the fragment, which no server and no log sees.
    notMeUrl: page === undefined ? "" : `${page}/not-me#${linked(app, revocation, caller.token.subject)}`,
  };
}

/** Replaces a hash of an older form by one of today's, after the answer. */
async function rewriteHash({ users, passwords }: App, { id, password_hash }: User, typed: string): Promise<void> {
  if (password_hash === null) return;
  try {
    await users.rewritePasswordHash(id, password_hash, passwords.hash(typed));
  } catch (cause) {
    console.error("a password hash of an older form was not rewritten:", cause);
  }
}
