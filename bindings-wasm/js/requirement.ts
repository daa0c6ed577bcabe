import { flagIfAny, list, numberIfAny, object, text } from "./argument.js";
import { forms, type Identifier } from "./identifier.js";
import type { Argument } from "./message.js";
import { Call, call } from "./wasm.js";

/** How the user proved who they are. */
export type Method = (typeof METHODS)[number];

/** @internal */
export const METHODS = ["password", "email_code", "phone_code"] as const;

/** What a verification is good for; Logto's `templateType`. Only the first is a permission. */
export type Purpose = "UserPermissionValidation" | "BindNewIdentifier" | "BindMfa";

/** What an operation demands of a record. What is not given is as for a permission by any method. */
export interface Requirement {
  /** The methods that are enough, each by itself. */
  readonly methods?: readonly Method[];
  readonly purpose?: Purpose;
  /** The greatest age of the verification in seconds; if not given, until the record expires. */
  readonly maxAge?: number;
  /** The record must be bound to the session of the request. */
  readonly sameSession?: boolean;
  /** The record must be for this identifier, byte for byte. */
  readonly identifier?: Identifier;
  /** The record is used up. */
  readonly singleUse?: boolean;
}

/** What an RFC 9470 challenge asks for. */
export interface AskedVerification {
  readonly methods: Method[];
  readonly maxAge: number | undefined;
}

/**
 * What a requirement leaves out passes, so no member of another type is taken for left out.
 *
 * @internal
 */
export function requirementArguments(requirement: Requirement): Argument[] {
  const { methods, purpose, maxAge, sameSession, identifier, singleUse } = object("requirement", requirement);
  const enough = methods === undefined ? undefined : list("methods", methods);
  return [
    purpose === undefined ? undefined : text("purpose", purpose),
    numberIfAny("maxAge", maxAge),
    flagIfAny("sameSession", sameSession),
    flagIfAny("singleUse", singleUse),
    enough?.length,
    ...(enough ?? []).map((method) => text("method", method)),
    ...(identifier === undefined ? [] : forms(identifier)),
  ];
}

/** The value of `WWW-Authenticate` that tells a client which verification it needs (RFC 9470 §3). */
export function toChallenge(requirement: Requirement = {}): string {
  return call(Call.ToChallenge, {}, ...requirementArguments(requirement)).text();
}

/**
 * Reads such a value, for clients.
 *
 * @throws SekishoError `requirement_invalid` where it asks for no verification that is known here.
 */
export function fromChallenge(wwwAuthenticate: string): AskedVerification {
  const asked = call(Call.FromChallenge, {}, text("wwwAuthenticate", wwwAuthenticate));
  const maxAge = asked.numberIfAny();
  return { methods: asked.texts<Method>(), maxAge };
}
