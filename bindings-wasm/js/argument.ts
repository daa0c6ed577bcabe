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

/**
 * False for what is not given. What is only taken for true elsewhere must not be false here in silence.
 *
 * @throws TypeError for what is not of the type.
 */
export function flagIfAny(name: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value !== "boolean") throw new TypeError(`${name} must be a boolean, not ${kind(value)}`);
  return value;
}

/**
 * An object with named members: of any other value all of them are undefined.
 *
 * @throws TypeError for what is not of the type.
 */
export function object<T extends object>(name: string, value: T): T {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject) throw new TypeError(`${name} must be an object, not ${kind(value)}`);
  return value;
}

/**
 * A copy, which has as many members as it says.
 *
 * @throws TypeError for what is not of the type.
 */
export function list<T>(name: string, value: readonly T[]): T[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, not ${kind(value)}`);
  return [...(value as readonly T[])];
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

/** What a value is, for messages. */
export function kind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : typeof value;
}
