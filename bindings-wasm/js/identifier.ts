import { text } from "./argument.js";
import { call } from "./error.js";
import * as wasm from "./wasm.js";

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
export function canonical({ type, value }: Identifier): string {
  return call(() => wasm.canonical(text("identifier.type", type), text("identifier.value", value)));
}
