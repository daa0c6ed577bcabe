/** Demanding that a user has approved an operation: the guard of whatever carries one out. */

import { type Accepted, type Method, type Requirement, SekishoError } from "sekisho";

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
  // Of no session no record would ever be the right one.
  if (approval.policy.sameSession && c.var.caller.binding.session === null) throw Problem.of("sessionRequired");
  const key = await idempotencyKey(c, approval);
  try {
    return await present(c, approval, key);
  } catch (thrown) {
    throw thrown instanceof SekishoError ? refusal(c, approval, user, thrown) : thrown;
  }
}

/** The key, together with what is to be done under it: one key is for one request alone. */
async function idempotencyKey(c: Request, { facts }: Approval): Promise<string | null> {
  const key = c.req.header(IDEMPOTENCY_KEY);
  if (key === undefined) return null;
  // Two of them come joined by a comma.
  if (!/^[\x20-\x2b\x2d-\x7e]{1,256}$/.test(key)) {
    throw Problem.invalidInput("The header Idempotency-Key must be one, of 1 to 256 characters of ASCII.");
  }
  const named = new TextEncoder().encode(JSON.stringify([key, Object.entries(facts).sort()]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", named));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Presents a record for each group of methods that the policy asks for one of. First it looks whether there
 * is one that is neither revoked nor a challenge not yet verified; then it uses them up.
 */
async function present(c: Request, approval: Approval, key: string | null): Promise<Accepted> {
  const { methods, match, singleUse } = approval.policy;
  const groups = match === "any" ? [methods] : methods.map((method) => [method]);
  const records = (c.req.header(RECORD_HEADER) ?? "").split(",").map((record) => record.trim());
  const fitting: [readonly Method[], string[]][] = [];
  for (const group of groups) {
    const { accepted, wrong } = await shown(c, approval, group, records, key, false);
    if (accepted.length === 0) throw wrong;
    fitting.push([group, accepted.map(([record]) => record)]);
  }
  const used: Accepted[] = [];
  for (const [group, tokens] of fitting) {
    const { accepted, wrong } = await shown(c, approval, group, tokens, key, singleUse);
    const [first] = accepted;
    if (first === undefined) throw wrong;
    used.push(first[1]);
  }
  // One that is used already makes it no repetition of what was done with it and others.
  if (new Set(used.map(({ repeated }) => repeated)).size > 1) throw RECORD_USED;
  return used[0] as Accepted;
}

/**
 * The records that are accepted, and what is wrong with one of the others. Where they are used up, the first
 * is enough.
 */
async function shown(
  c: Request,
  approval: Approval,
  methods: readonly Method[],
  records: readonly string[],
  idempotencyKey: string | null,
  singleUse: boolean,
): Promise<{ accepted: [string, Accepted][]; wrong: unknown }> {
  const { app, caller } = c.var;
  const counters = app.counters.ofUser(caller.token.subject);
  const requirement = { ...requirementOf(approval, methods), singleUse };
  const accepted: [string, Accepted][] = [];
  let wrong: unknown = PERMISSION_DENIED;
  for (const record of records) {
    const presentation = { ...bindingOf(caller, approval), requirement, idempotencyKey, record };
    try {
      accepted.push([record, await app.verifier.present(presentation, counters, { now: app.clock.seconds() })]);
      if (singleUse) break;
    } catch (thrown) {
      if (!(thrown instanceof SekishoError) || !ABOUT_THE_RECORD.has(thrown.code)) throw thrown;
      if (thrown.code !== "verification_record.not_found") wrong = thrown;
    }
  }
  return { accepted, wrong };
}

const ABOUT_THE_RECORD: ReadonlySet<string> = new Set([
  "verification_record.not_found",
  "record_session_mismatch",
  "record_operation_mismatch",
  "record_method_not_allowed",
  "record_too_old",
  "record_used",
]);

const RECORD_USED = new SekishoError("record_used", "The verification has been used already.");

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
