/** A new password. */

import { isSekishoError, PasswordAcceptance, type PasswordRejection } from "sekisho";

import { noContent } from "./answer";
import type { App } from "./app";
import { requireEditable } from "./authentication";
import { Fields } from "./body";
import { requirePermission } from "./permission";
import { Problem } from "./problem";
import type { Request } from "./router";
import { canVerify, type User } from "./users";

/**
 * `POST /api/my-account/password`.
 *
 * A user who has nothing to verify with gets their first password without a record.
 */
export async function setPassword(c: Request): Promise<Response> {
  const { app, caller } = c.var;
  const body = await Fields.read(c);
  const typed = body.text("password");
  body.end();
  caller.requireFirstParty();
  const user = await caller.activeUser();
  const isFirst = !canVerify(user);
  if (!isFirst) await requirePermission(c);
  requireEditable(app.policy.fields.password);
  const hash = await newHash(app, user, typed);
  const isSet = isFirst
    ? await app.users.setFirstPasswordHash(user.id, hash, app.clock.milliseconds())
    : await app.users.setPasswordHash(user.id, hash, app.clock.milliseconds());
  if (isSet) return noContent();
  // Another request, meanwhile, has removed the user or made theirs the first password.
  await caller.user();
  throw Problem.permissionDenied();
}

async function newHash(app: App, user: User, typed: string): Promise<string> {
  const rejections = await judge(app, user, typed);
  if (rejections.length > 0) throw Problem.passwordRejected(rejections);
  if (isTheOldOne(app, user, typed)) throw Problem.of("samePassword");
  return app.passwords.hash(typed);
}

async function judge({ policy }: App, user: User, typed: string): Promise<PasswordRejection[]> {
  const { username, name, primary_email, primary_phone } = user;
  const ownData = [username, name, primary_email, primary_phone].filter((entry) => entry !== null);
  made ??= make();
  const acceptance = await made;
  try {
    return acceptance.judge(typed, { ownData, words: policy.passwordWords });
  } catch (thrown) {
    // It is not empty, so it is longer than any password.
    if (isSekishoError(thrown, "password_invalid")) return ["password_rejected.too_long"];
    throw thrown;
  }
}

function isTheOldOne({ passwords }: App, { password_hash }: User, typed: string): boolean {
  if (password_hash === null) return false;
  try {
    return passwords.verify(typed, password_hash).matches;
  } catch (thrown) {
    // A hash that cannot be used is no obstacle to a new one.
    if (UNUSABLE.some((code) => isSekishoError(thrown, code))) return false;
    throw thrown;
  }
}

const UNUSABLE = ["password_hash_invalid", "password_hash_too_costly", "pepper_unknown"] as const;

/** Made when the first new password comes, since it takes longer than an isolate should to start. */
let made: Promise<PasswordAcceptance> | undefined;

async function make(): Promise<PasswordAcceptance> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  // Shorter ones are rejected for their length.
  const long = dictionary["passwords-common"].filter((password) => password.length >= 8);
  return new PasswordAcceptance({ leaked: long.join("\n") });
}
