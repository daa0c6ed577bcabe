/** Operations on their way to canonical JSON. */

import { textIfAny } from "./argument.js";
import { failure } from "./error.js";

/** The operation that is to be approved, if any: any change of it is another operation. */
export interface OperationInput {
  /** Data of any shape that JSON has. Money is best given as a string: `"120.00"`. */
  readonly operation?: unknown;
  /** The same as JSON text, as it came in a request. */
  readonly operationJson?: string;
}

/** A string, closed or not; or what stands between strings and may be a number. */
const PIECES = /"(?:[^"\\]|\\.)*"?|[-+.\deE]+/gs;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
/** So many characters have no more digits than every double tells apart, as those from here on do. */
const DISTINCT_DIGITS = 15;
const LEAST_FULL = 1e-306;
/** The rules refuse a longer text, so there is nothing to do for it. */
const MAX_LENGTH = 65_536;

/**
 * An operation as JSON text.
 *
 * @throws TypeError for what JSON would leave out or change in silence.
 * @throws SekishoError `operation_invalid` for what is too deep to be written.
 */
export function toJson({ operation, operationJson }: OperationInput): string | undefined {
  if (operation === undefined) return withShortestNumbers(textIfAny("operationJson", operationJson));
  if (operationJson !== undefined) throw new TypeError("operation and operationJson are one too many");
  try {
    return JSON.stringify(operation, refuseLoss);
  } catch (cause) {
    throw cause instanceof RangeError ? failure("operation_invalid", undefined, { cause }) : cause;
  }
}

/** The module leaves numbers to JavaScript, which has them. What is no JSON stays none. */
function withShortestNumbers(json: string | undefined): string | undefined {
  if (json === undefined || json.length > MAX_LENGTH) return json;
  return json.replace(PIECES, (piece) => (NUMBER.test(piece) ? shortest(piece) : piece));
}

function shortest(decimal: string): string {
  const double = Number(decimal);
  const isDistinct = decimal.length <= DISTINCT_DIGITS && Math.abs(double) >= LEAST_FULL;
  return isDistinct ? decimal : String(double);
}

function refuseLoss(name: string, value: unknown): unknown {
  const isLost =
    value === undefined ||
    typeof value === "function" ||
    typeof value === "symbol" ||
    (typeof value === "number" && !Number.isFinite(value)) ||
    (typeof value === "object" && value !== null && !isPlain(value));
  const where = name === "" ? "operation" : `operation: ${JSON.stringify(name)}`;
  if (isLost) throw new TypeError(`${where} is nothing that JSON has: give plain objects, arrays and values`);
  return value;
}

/** JSON has `{}` for promises, maps, forms and requests: all would be one operation. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Not compared with this realm's: data may come from another.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
