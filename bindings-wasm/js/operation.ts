/** Operations on their way to canonical JSON. */

import { textIfAny } from "./argument.js";

/** The operation that is to be approved, if any: any change of it is another operation. */
export interface OperationInput {
  /** Data of any shape that JSON has. Money is best given as a string: `"120.00"`. */
  readonly operation?: unknown;
  /** The same as JSON text, as it came in a request. */
  readonly operationJson?: string;
}

/**
 * An operation as JSON text.
 *
 * @throws TypeError for what JSON would leave out or change in silence.
 */
export function toJson({ operation, operationJson }: OperationInput): string | undefined {
  if (operation === undefined) return textIfAny("operationJson", operationJson);
  if (operationJson !== undefined) throw new TypeError("operation and operationJson are one too many");
  return JSON.stringify(operation, refuseLoss);
}

function refuseLoss(name: string, value: unknown): unknown {
  const isLost =
    value === undefined ||
    typeof value === "function" ||
    typeof value === "symbol" ||
    (typeof value === "number" && !Number.isFinite(value));
  if (isLost) throw new TypeError(`operation: ${JSON.stringify(name)} is nothing that JSON has`);
  return value;
}
