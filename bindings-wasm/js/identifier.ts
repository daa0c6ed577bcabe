import { text } from "./argument.js";
import { failure } from "./error.js";
import { Call, call } from "./wasm.js";

/**
 * Where a code goes: an e-mail address, or a phone number in digits, the country code first, no `+`.
 */
export interface Identifier {
  readonly type: "email" | "phone";
  readonly value: string;
}

/**
 * The form under which different spellings of one recipient are the same: what a unique index holds.
 *
 * @throws SekishoError `identifier_invalid` for what is no e-mail address or phone number.
 */
export function canonical(identifier: Identifier): string {
  return call(Call.Canonical, {}, ...forms(identifier)).text();
}

/**
 * An identifier as the module takes it: an e-mail address with its lower case, a phone number alone.
 *
 * @internal
 */
export function forms(identifier: Identifier): [value: string, lowerCase: string | undefined] {
  const type = text("identifier.type", identifier?.type);
  const value = text("identifier.value", identifier?.value);
  if (type === "email") return [value, value.toLowerCase()];
  if (type === "phone") return [value, undefined];
  throw failure("identifier_invalid");
}
