/** The e-mail address and phone number: a new one, or none any more. */

import type { Identifier } from "sekisho";

import { noContent } from "./answer";
import { requireEditable } from "./authentication";
import { Fields } from "./body";
import { requirePermission, requireProof } from "./permission";
import { admitNew } from "./policy";
import { Problem } from "./problem";
import type { Request } from "./router";

/** The body field of a new-identifier record. */
const PROOF = "newIdentifierVerificationRecordId";

type Type = Identifier["type"];

/** `POST /api/my-account/primary-email`. */
export async function setEmail(c: Request): Promise<Response> {
  const body = await Fields.read(c);
  return set(c, body.email("email"), body);
}

/** `POST /api/my-account/primary-phone`. */
export async function setPhone(c: Request): Promise<Response> {
  const body = await Fields.read(c);
  return set(c, body.phone("phone"), body);
}

/** `DELETE /api/my-account/primary-email`. */
export async function removeEmail(c: Request): Promise<Response> {
  return remove(c, "email");
}

/** `DELETE /api/my-account/primary-phone`. */
export async function removePhone(c: Request): Promise<Response> {
  return remove(c, "phone");
}

async function set(c: Request, identifier: Identifier, body: Fields): Promise<Response> {
  const { app, caller } = c.var;
  const proof = body.id(PROOF);
  body.end();
  await check(c, identifier.type);
  admitNew(app.policy, identifier);
  await requireProof(c, proof, identifier);
  const isSet = await app.users.setIdentifier(caller.token.subject, identifier, app.clock.milliseconds());
  if (!isSet) throw Problem.of("userNotFound");
  return noContent();
}

async function remove(c: Request, type: Type): Promise<Response> {
  const { app, caller } = c.var;
  await check(c, type);
  const isRemoved = await app.users.removeIdentifier(caller.token.subject, type, app.clock.milliseconds());
  if (!isRemoved) throw Problem.of("lastSignInMethod");
  return noContent();
}

/** The checks before any change, in the contract's order. */
async function check(c: Request, type: Type): Promise<void> {
  const { app, caller } = c.var;
  await caller.activeUser();
  await requirePermission(c);
  requireEditable(app.policy.fields[type]);
  caller.requireScope(type);
  caller.requireFirstParty();
}
