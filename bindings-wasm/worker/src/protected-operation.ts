/** Demanding that a user has approved an operation: the guard of whatever carries one out. */

import { type Accepted, drive, type Flow, type Method, type Requirement, SekishoError } from "sekisho";

import { type Approval, bindingOf } from "./approval";
import { RECORD_HEADER } from "./permission";
import type { AccountPolicy } from "./policy";
import { Problem } from "./problem";
import type { Request } from "./router";
import type { User } from "./users";

/**
 * Names a request, so that repeating it carries nothing out twice
 * (draft-ietf-httpapi-idempotency-key-header).
 */
const IDEMPOTENCY_KEY = "idempotency-key";

/**
 * Demands the records that the operation's policy asks for, and uses them up if it says so. What is wrong
 * with a record is told to the user it belongs to, and to nobody else.
 *
 * @returns The record by the first of the policy's methods.
 */
export async function requireApproval(c: Request, approval: Approval, user: User): Promise<Accepted> {
  const key = idempotencyKey(c);
  try {
    return await present(c, approval, key);
  } catch (thrown) {
    throw thrown instanceof SekishoError ? refusal(c, approval, user, thrown) : thrown;
  }
}

function idempotencyKey(c: Request): string | null {
  const key = c.req.header(IDEMPOTENCY_KEY);
  if (key === undefined || /^[\x20-\x7e]{1,256}$/.test(key)) return key ?? null;
  throw Problem.invalidInput("The header Idempotency-Key must be 1 to 256 characters of ASCII.");
}

/**
 * Presents a record for each group of methods that the policy asks for one of. Nothing is used up before
 * there is one for every group.
 */
async function present(c: Request, approval: Approval, key: string | null): Promise<Accepted> {
  const { methods, match } = approval.policy;
  const groups = match === "any" ? [methods] : methods.map((method) => [method]);
  const records = (c.req.header(RECORD_HEADER) ?? "").split(",").map((record) => record.trim());
  const flows: Flow<Accepted>[] = [];
  try {
    for (const group of groups) flows.push(fitting(c, approval, group, records, key));
    const counters = c.var.app.counters.ofUser(c.var.caller.token.subject);
    const accepted: Accepted[] = [];
    for (const flow of flows) accepted.push(await drive(flow, counters));
    return accepted[0] as Accepted;
  } finally {
    for (const flow of flows) flow[Symbol.dispose]();
  }
}

/** The first presentation that is not refused at once; else what is wrong with one of them. */
function fitting(
  c: Request,
  approval: Approval,
  methods: readonly Method[],
  records: readonly string[],
  idempotencyKey: string | null,
): Flow<Accepted> {
  const { app, caller } = c.var;
  const shown = { ...bindingOf(caller, approval), requirement: requirementOf(approval, methods), idempotencyKey };
  let wrong: unknown = PERMISSION_DENIED;
  for (const record of records) {
    const flow = app.verifier.steps.present({ ...shown, record }, { now: app.clock.seconds() });
    if (flow.ops !== undefined) return flow;
    const refused = endOf(flow);
    if (refused?.code !== "verification_record.not_found") wrong = refused;
  }
  throw wrong;
}

/** Why a flow that asks for no counters was refused. */
function endOf(flow: Flow<Accepted>): SekishoError | undefined {
  try {
    flow.outcome();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof SekishoError) return thrown;
    throw thrown;
  } finally {
    flow[Symbol.dispose]();
  }
}

function requirementOf({ policy }: Approval, methods: readonly Method[]): Requirement {
  const { maxAgeSeconds, singleUse, sameSession } = policy;
  return { methods, ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }), singleUse, sameSession };
}

/** What is none, forged, expired, revoked or another user's gives no permission. */
const PERMISSION_DENIED = new SekishoError(
  "verification_record.permission_denied",
  "This needs a fresh verification of who you are.",
);

/** What to do to get the operation approved; where that cannot be done, what to enrol first. */
function refusal(c: Request, approval: Approval, user: User, error: SekishoError): unknown {
  switch (error.code) {
    case "verification_record.not_found":
      return approvalRequired(c, approval, user, PERMISSION_DENIED);
    case "verification_record.permission_denied":
    case "record_session_mismatch":
    case "record_operation_mismatch":
    case "record_method_not_allowed":
    case "record_too_old":
      return approvalRequired(c, approval, user, error);
    default:
      return error;
  }
}

function approvalRequired(c: Request, approval: Approval, user: User, error: SekishoError): Problem {
  const { app, caller } = c.var;
  const { methods, match, maxAgeSeconds, bound, singleUse, sameSession } = approval.policy;
  const missing = methods.filter((method) => !has(user, method, app.policy));
  // No silent downgrade: who cannot meet what is demanded is told what to set up.
  if (match === "all" ? missing.length > 0 : missing.length === methods.length) {
    return Problem.of("enrolmentRequired", { data: { methods, enrol: missing.map((method) => ENROLMENT[method]) } });
  }
  const requirement = requirementOf(approval, methods);
  const refused = { ...bindingOf(caller, approval), requirement };
  const { handle, expiresAt } = app.verifier.issueResumeHandle(refused, { now: app.clock.seconds() });
  return Problem.approvalRequired(error, requirement, {
    requirement: { methods, match, maxAge: maxAgeSeconds, bound, singleUse, sameSession },
    operation: approval.facts,
    resumeHandle: handle,
    expiresAt: new Date(expiresAt * 1000).toISOString(),
  });
}

/** What a user has to set up for a method. */
const ENROLMENT: Readonly<Record<Method, "password" | "email" | "phone">> = {
  password: "password",
  email_code: "email",
  phone_code: "phone",
};

function has(user: User, method: Method, { providers }: AccountPolicy): boolean {
  const can = {
    password: user.password_hash !== null,
    email_code: user.primary_email !== null && providers.email,
    phone_code: user.primary_phone !== null && providers.sms,
  };
  return can[method];
}
