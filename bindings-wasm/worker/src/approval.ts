/** An operation that a user is asked to approve, as a request names it. */

import { type Method, renderMessage, SekishoError } from "sekisho";

import type { App } from "./app";
import type { Caller } from "./authentication";
import type { Fields } from "./body";
import { languageOf } from "./language";
import { DEFAULT_LANGUAGE, type OperationPolicy, type Operations } from "./operation";
import { Problem } from "./problem";
import type { Request } from "./router";

/** The longest operation, as JSON without needless spaces. */
const MAX_OPERATION_BYTES = 4096;

/** An operation of a known type, with what is demanded for it and what its user reads. */
export interface Approval {
  /** As the client wrote it. */
  readonly facts: Facts;
  readonly policy: OperationPolicy;
  /** The sentence that shows it, by language. */
  readonly sentences: Readonly<Record<string, string>>;
}

export type Facts = Readonly<Record<string, unknown>>;

/** What a record is bound to. */
export type Bound = Caller["binding"] & { readonly operation?: Facts };

/** What goes along with a request for a verification. */
export interface Asked {
  readonly facts: Facts | undefined;
  readonly resumeHandle: string | undefined;
}

/** The fields `operation` and `resumeHandle`, which may be left out. */
export function readAsked(body: Fields): Asked {
  return { facts: body.objectIfAny("operation"), resumeHandle: body.idIfAny("resumeHandle") };
}

/**
 * The operation of these facts. Whether it can be shown is looked at in every language there is.
 *
 * @throws Problem `operation.unknown`.
 * @throws SekishoError `operation_invalid`, `operation_not_displayable`.
 */
export function approvalOf(facts: Facts, operations: Operations): Approval {
  const type = Object.hasOwn(facts, "type") ? facts.type : undefined;
  const policy = typeof type === "string" && Object.hasOwn(operations, type) ? operations[type] : undefined;
  if (policy === undefined) throw Problem.of("operationUnknown");
  // Nobody reads more, and making a large one canonical takes time that no budget counts.
  if (new TextEncoder().encode(JSON.stringify(facts)).length > MAX_OPERATION_BYTES) {
    throw new SekishoError("operation_invalid", `The operation must have at most ${MAX_OPERATION_BYTES} bytes.`);
  }
  const sentences = Object.entries(policy.message).map(([language, template]) => [
    language,
    renderMessage(template, { operation: facts }),
  ]);
  return { facts, policy, sentences: Object.fromEntries(sentences) };
}

/** Likewise, where a request names one. */
export function approvalIfAny({ policy }: App, { facts }: Pick<Asked, "facts">): Approval | undefined {
  return facts === undefined ? undefined : approvalOf(facts, policy.operations);
}

/** The sentence in the language that the request asks for. */
export function sentence(c: Request, { sentences }: Approval): string {
  const others = Object.keys(sentences).filter((language) => language !== DEFAULT_LANGUAGE);
  return sentences[languageOf(c, [DEFAULT_LANGUAGE, ...others])] ?? "";
}

/** What a record for it is bound to. */
export function bindingOf({ binding }: Caller, approval: Approval | undefined): Bound {
  return approval?.policy.bound ? { ...binding, operation: approval.facts } : binding;
}

/**
 * Refuses a verification that is of no use: not in the way that is demanded for the operation, or not what the
 * resume handle is for.
 */
export function checkDemands(
  { app: { verifier, clock }, caller }: { app: App; caller: Caller },
  { resumeHandle: handle }: Asked,
  approval: Approval | undefined,
  method: Method,
): void {
  if (approval?.policy.sameSession && caller.binding.session === null) throw Problem.of("sessionRequired");
  if (approval?.policy.methods.includes(method) === false) {
    throw new SekishoError(
      "record_method_not_allowed",
      "A verification by this method is not enough for this operation.",
    );
  }
  if (handle === undefined) return;
  verifier.checkResumeHandle({ ...bindingOf(caller, approval), handle, method }, { now: clock.seconds() });
}
