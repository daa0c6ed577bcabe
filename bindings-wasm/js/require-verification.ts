import type { CounterStore } from "./counters/store.js";
import { SekishoError } from "./error.js";
import { type Requirement, toChallenge } from "./requirement.js";
import type { Binding, Verifier } from "./verifier.js";

/** What guards a route, and what a record must have been made for. */
export interface Guard extends Binding, Requirement {
  readonly verifier: Verifier;
  readonly counters: CounterStore;
  /** For single use: names this one request, so that repeating it is the same use. */
  readonly idempotencyKey?: string | null;
}

/**
 * Demands a verification before a risky operation.
 *
 * @param record What the client has sent, most often in a header.
 * @returns Undefined where the record is good. Otherwise the answer to give: 401 with the RFC 9470
 *   challenge that tells the client what to do, 409 for a record that was used, 503 where the counters
 *   cannot be reached.
 */
export async function requireVerification(
  record: string | null | undefined,
  guard: Guard,
): Promise<Response | undefined> {
  if (!record) return refuse("verification_record.permission_denied", guard);
  const { verifier, counters, subject, session, operation, operationJson, idempotencyKey, ...requirement } = guard;
  const binding = {
    subject,
    ...(session === undefined ? {} : { session }),
    ...(operation === undefined ? {} : { operation }),
    ...(operationJson === undefined ? {} : { operationJson }),
  };
  try {
    await verifier.present({ ...binding, record, requirement, idempotencyKey: idempotencyKey ?? null }, counters);
    return undefined;
  } catch (caught) {
    if (!(caught instanceof SekishoError)) throw caught;
    return refuse(caught.code, requirement);
  }
}

function refuse(code: SekishoError["code"], requirement: Requirement): Response {
  switch (code) {
    case "counter_store_failed":
      return answer(503, code, { "Retry-After": "1" });
    case "record_used":
      return answer(409, code, {});
    case "verification_record.not_found":
    case "verification_record.permission_denied":
    case "record_session_mismatch":
    case "record_operation_mismatch":
    case "record_method_not_allowed":
    case "record_too_old":
      return answer(401, code, { "WWW-Authenticate": toChallenge(requirement) });
    default:
      return answer(500, code, {});
  }
}

function answer(status: number, code: string, headers: Record<string, string>): Response {
  return Response.json({ code }, { status, headers: { ...headers, "Cache-Control": "no-store" } });
}
