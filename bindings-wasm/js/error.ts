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

/**
 * What the module answered. It throws nothing itself: a number is a failure, the place of its code in
 * the registry and 256 times the seconds to wait.
 *
 * @throws SekishoError
 */
export function answered<T>(answer: unknown): T {
  if (typeof answer !== "number") return answer as T;
  const code = ERROR_CODES[answer % 256] ?? "counter_store_failed";
  throw failure(code, Math.floor(answer / 256) || undefined);
}
