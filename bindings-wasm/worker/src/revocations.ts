/** Revoking: ending a code or record that its user does not want. */

import { noContent } from "./answer";
import type { App } from "./app";
import { Fields } from "./body";
import { Problem } from "./problem";
import type { Request } from "./router";

/** What stands at the end of a link's revocation, where its user's counters are. */
const PLACE_LENGTH = 64;

/** `DELETE /api/verifications/{id}`: a record or challenge of the token's own user. */
export async function revoke(c: Request): Promise<Response> {
  const { app, caller } = c.var;
  caller.requireFirstParty();
  const { id: subject } = await caller.activeUser();
  const record = c.req.param("id") ?? "";
  await app.verifier.revoke({ subject, record }, app.counters.ofUser(subject), { now: app.clock.seconds() });
  return noContent();
}

/** `POST /api/verifications/revoke`: what a message's link names, by whoever has the message. */
export async function revokeByLink(c: Request): Promise<Response> {
  const { app } = c.var;
  const body = await Fields.read(c);
  const linked = body.id("revocation");
  body.end();
  const counters = app.counters.at(linked.slice(-PLACE_LENGTH));
  if (counters === undefined) throw Problem.recordNotFound();
  await app.verifier.revokeByLink(linked.slice(0, -PLACE_LENGTH), counters, { now: app.clock.seconds() });
  return noContent();
}

/** What a message's link carries: counters are with their user, whom a revocation does not name. */
export function linked({ counters }: App, revocation: string, user: string): string {
  return revocation + counters.place(user);
}
