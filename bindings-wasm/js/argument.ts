/** Arguments of programs that TypeScript does not check. */

import { SekishoError } from "./error.js";

/** @throws TypeError for what is not of the type. */
export function text(name: string, value: unknown): string {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string, not ${kind(value)}`);
  return value;
}

/** @throws TypeError for what is not of the type. */
export function textIfAny(name: string, value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : text(name, value);
}

/** @throws TypeError for what is not of the type. */
export function numberIfAny(name: string, value: unknown): number | undefined {
  return value === undefined ? undefined : number(name, value);
}

/** @throws TypeError for what is not of the type. */
export function number(name: string, value: unknown): number {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number, not ${kind(value)}`);
  return value;
}

/**
 * A copy, which is made here since a buffer that was given away throws.
 *
 * @throws TypeError for what is not of the type.
 */
export function bytes(name: string, value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name} must be a Uint8Array, not ${kind(value)}`);
  return value.slice();
}

/**
 * The platform's randomness, or what a test gives in its place.
 *
 * @throws TypeError for what is not of the type.
 * @throws SekishoError `entropy_unusable` with the platform's words, where it forbids randomness
 *   (Workers: outside of a handler).
 */
export function random(name: string, given: unknown, length: number): Uint8Array {
  if (given !== undefined) return bytes(name, given);
  try {
    return crypto.getRandomValues(new Uint8Array(length));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SekishoError("entropy_unusable", `The platform gives no randomness here: ${why}`, undefined, { cause });
  }
}

function kind(value: unknown): string {
  return value === null ? "null" : typeof value;
}
