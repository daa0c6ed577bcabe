/** Errors, with the codes of every language. */

import { ERROR_CODES, ERROR_MESSAGES, type ErrorCode } from "./codes.js";

/** Why the rules refused. The message is for people, the code for programs. Neither holds input. */
export class SekishoError extends Error {
  override readonly name = "SekishoError";

  constructor(
    /** Stable, the same in every language. */
    readonly code: ErrorCode,
    message: string,
    /** Seconds after which the same call can succeed; undefined where waiting does not help. */
    readonly retryAfter?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whether something caught is a {@link SekishoError}, and if asked, whether it has this code. */
export function isSekishoError(caught: unknown, code?: ErrorCode): caught is SekishoError {
  return caught instanceof SekishoError && (code === undefined || caught.code === code);
}

/** An error of a code, with the registry's message. */
export function failure(code: ErrorCode, retryAfter?: number, options?: ErrorOptions): SekishoError {
  const message = ERROR_MESSAGES[ERROR_CODES.indexOf(code)] ?? code;
  return new SekishoError(code, message, retryAfter, options);
}

/** What the module answered: the place of its code in the registry, and the seconds to wait. */
export function failureAt(place: number, retryAfter: number): SekishoError {
  return failure(ERROR_CODES[place] ?? "counter_store_failed", retryAfter || undefined);
}
