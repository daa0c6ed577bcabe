/** Using a verification record: as permission, or as proof of a new identifier. */

import { type ErrorCode, type Identifier, type Requirement, SekishoError } from "sekisho";

import { Problem } from "./problem";
import type { Request } from "./router";

/** The header a record travels in. */
export const RECORD_HEADER = "logto-verification-id";

/** What is wrong with a record. It is not told; the challenge says what to do. */
const ABOUT_THE_RECORD: readonly ErrorCode[] = [
  "verification_record.not_found",
  "record_session_mismatch",
  "record_operation_mismatch",
  "record_method_not_allowed",
  "record_too_old",
  "record_used",
];

/** Demands a record that gives permission. */
export async function requirePermission(c: Request): Promise<void> {
  const record = c.req.header(RECORD_HEADER);
  if (record === undefined) throw Problem.permissionDenied();
  await present(c, record, {}, () => Problem.permissionDenied());
}

/** Demands a record of a code that was sent to this new identifier. */
export async function requireProof(c: Request, record: string, identifier: Identifier): Promise<void> {
  const method = identifier.type === "email" ? "email_code" : "phone_code";
  const requirement: Requirement = { methods: [method], purpose: "BindNewIdentifier", identifier };
  await present(c, record, requirement, () => Problem.recordNotFound());
}

async function present(c: Request, record: string, requirement: Requirement, refused: () => Problem): Promise<void> {
  const { app, caller } = c.var;
  const counters = app.counters.ofUser(caller.token.subject);
  try {
    await app.verifier.present({ ...caller.binding, record, requirement }, counters, { now: app.clock.seconds() });
  } catch (thrown) {
    throw thrown instanceof SekishoError && ABOUT_THE_RECORD.includes(thrown.code) ? refused() : thrown;
  }
}
