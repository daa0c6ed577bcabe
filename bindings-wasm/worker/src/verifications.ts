/** Verifying who the user is: by password, or by a code. */

import { parseAccept } from "hono/utils/accept";
import { type CodeSent, type Identifier, type Purpose, purposeOfCode } from "sekisho";

import { ok } from "./answer";
import type { App } from "./app";
import { Fields } from "./body";
import { requireProvider } from "./delivery";
import { LOCALES, type Locale } from "./message";
import { admitNew } from "./policy";
import { Problem } from "./problem";
import type { Request } from "./router";
import { identifiers, type User } from "./users";

/** `POST /api/verifications/password`: the password of the token's own user. */
export async function verifyPassword(c: Request): Promise<Response> {
  const { app, caller } = c.var;
  const body = await Fields.read(c);
  const password = body.password("password");
  body.end();
  caller.requireFirstParty();
  const user = await caller.user();
  const check = { ...caller.binding, password, passwordHash: user.password_hash };
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
  const asked = body.template("templateType");
  body.end();
  caller.requireFirstParty();
  const user = await caller.activeUser();
  const purpose = purposeOfCode(to, identifiers(user), asked);
  if (purpose === "BindNewIdentifier") admitNew(app.policy, to);
  const send = { ...caller.binding, to, purpose };
  const sent = await app.verifier.sendCode(send, app.counters.ofRecipient(), { now: app.clock.seconds() });
  await deliver(c, sent, to, purpose);
  return issued(sent.challenge, sent.expiresAt);
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

function issued(record: string, expiresAt: number): Response {
  return ok(201, { verificationRecordId: record, expiresAt: new Date(expiresAt * 1000).toISOString() });
}

/** A message that nobody took does not count against its recipient. */
async function deliver(c: Request, sent: CodeSent, to: Identifier, purpose: Purpose): Promise<void> {
  const { app } = c.var;
  const lifetime = app.policy.code.expirationDuration;
  const message = { to, purpose, code: sent.code, lifetime, locale: locale(c) };
  try {
    requireProvider(app.policy, message);
    await app.delivery.send(message);
  } catch (thrown) {
    await sent.cancel().catch((cause) => console.error("a send that failed stays counted:", cause));
    throw thrown;
  }
}

/** The language that the request wants most of those there are (RFC 4647 §3.4). */
function locale(c: Request): Locale {
  for (const { type, q } of parseAccept(c.req.header("accept-language") ?? "")) {
    const [language] = type.toLowerCase().split("-");
    const found = LOCALES.find((known) => known === language && q > 0);
    if (found !== undefined) return found;
  }
  return LOCALES[0];
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
