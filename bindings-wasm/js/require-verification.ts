import type { CounterStore } from "./counters/store.js";
import { failure, SekishoError } from "./error.js";
import { METHODS, type Method, type Requirement, toChallenge } from "./requirement.js";
import type { Binding, RefusedOperation } from "./verification.js";
import type { Verifier } from "./verifier.js";

/** What guards a route, and what a record must have been made for. */
export interface Guard extends Binding, Requirement {
  readonly verifier: Verifier;
  readonly counters: CounterStore;
  /** For single use: names this one request, so that repeating it is the same use. */
  readonly idempotencyKey?: string | null;
}

/** The body of an answer that asks for a verification: all that a client needs to go on. */
export interface RefusedBody {
  readonly code: SekishoError["code"];
  readonly message: string;
  readonly data: {
    readonly requirement: {
      readonly methods: readonly Method[];
      /** One of the methods is enough. */
      readonly match: "any";
      readonly maxAge?: number;
      /** The verification must be asked for with the operation. */
      readonly bound: boolean;
      readonly singleUse: boolean;
      readonly sameSession: boolean;
    };
    /** What was asked for, to be sent along with the request for a verification. */
    readonly operation?: unknown;
    /** The same: `checkResumeHandle` holds it against that request. */
    readonly resumeHandle: string;
    /** When the handle ends (ISO 8601). */
    readonly expiresAt: string;
  };
}

/**
 * Demands a verification before a risky operation.
 *
 * @param record What the client has sent, most often in a header.
 * @returns Undefined where the record is good. Otherwise the answer to give: 401 with the RFC 9470
 *   challenge that tells the client what to do and a {@link RefusedBody}, 400 for an operation or an
 *   idempotency key that is none, 409 for a record that was used, 500 for a requirement that nobody could
 *   meet, 503 where the counters cannot be reached.
 */
export async function requireVerification(
  record: string | null | undefined,
  guard: Guard,
): Promise<Response | undefined> {
  const { verifier, counters, subject, session, operation, operationJson, idempotencyKey, ...requirement } = guard;
  const asked = {
    subject,
    ...(session === undefined ? {} : { session }),
    ...(operation === undefined ? {} : { operation }),
    ...(operationJson === undefined ? {} : { operationJson }),
    requirement,
  };
  try {
    await verifier.present({ ...asked, record: record || "", idempotencyKey: idempotencyKey ?? null }, counters);
    return undefined;
  } catch (caught) {
    if (!(caught instanceof SekishoError)) throw caught;
    return refuse(caught.code === NO_RECORD ? failure(NO_PERMISSION) : caught, verifier, asked);
  }
}

/** What is none, forged, expired, revoked or another user's gives no permission. */
const NO_RECORD = "verification_record.not_found";
const NO_PERMISSION = "verification_record.permission_denied";

function refuse(error: SekishoError, verifier: Verifier, asked: RefusedOperation): Response {
  const { code, message } = error;
  switch (code) {
    case "counter_store_failed":
      return answer(503, { code, message }, { "Retry-After": "1" });
    case "record_used":
      return answer(409, { code, message }, {});
    // What the client sent: an operation of two meanings, an idempotency key that is too long.
    case "context_invalid":
    case "operation_invalid":
      return answer(400, { code, message }, {});
    case NO_PERMISSION:
    case "record_session_mismatch":
    case "record_operation_mismatch":
    case "record_method_not_allowed":
    case "record_too_old":
      return demand(error, verifier, asked);
    default:
      return answer(500, { code, message }, {});
  }
}

function demand(error: SekishoError, verifier: Verifier, asked: RefusedOperation): Response {
  try {
    return answer(401, body(error, verifier, asked), { "WWW-Authenticate": toChallenge(asked.requirement) });
  } catch (caught) {
    if (!(caught instanceof SekishoError)) throw caught;
    return refuse(caught, verifier, asked);
  }
}

function body({ code, message }: SekishoError, verifier: Verifier, asked: RefusedOperation): RefusedBody {
  const { requirement = {}, operation, operationJson } = asked;
  const { methods = METHODS, maxAge, singleUse = false, sameSession = false } = requirement;
  const { handle: resumeHandle, expiresAt } = verifier.issueResumeHandle(asked);
  // One that has a handle is JSON of one meaning, whatever reads and writes it.
  const given: unknown = operationJson === undefined ? operation : JSON.parse(operationJson);
  const bound = given !== undefined;
  const demanded = { methods, match: "any" as const, ...(maxAge === undefined ? {} : { maxAge }), bound };
  return {
    code,
    message,
    data: {
      requirement: { ...demanded, singleUse, sameSession },
      ...(bound ? { operation: given } : {}),
      resumeHandle,
      expiresAt: new Date(expiresAt * 1000).toISOString(),
    },
  };
}

function answer(status: number, body: unknown, headers: Record<string, string>): Response {
  return Response.json(body, { status, headers: { ...headers, "Cache-Control": "no-store" } });
}
