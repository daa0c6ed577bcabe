/** Errors, with the codes of every language. */

import type { ErrorCode } from "./codes.js";

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

/** Calls into the module; what it throws becomes a {@link SekishoError}. */
export function call<T>(into: () => T): T {
  try {
    return into();
  } catch (thrown) {
    if (!Array.isArray(thrown)) throw thrown;
    const [code, message, retryAfter] = thrown as [ErrorCode, string, number?];
    throw new SekishoError(code, message, retryAfter);
  }
}
