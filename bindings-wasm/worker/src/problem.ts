/** Problems: answers that are no success, and how every error becomes one. */

import { type ErrorCode, type PasswordRejection, type Requirement, SekishoError, toChallenge } from "sekisho";

import { REFUSALS, type Refusal } from "./refusal";

/** Seconds after which to come back where a store does not answer. */
const RETRY_SOON = 1;

/** What an answer has beside status, code and message. */
interface Extra {
  readonly data?: unknown;
  readonly details?: string;
  readonly headers?: Record<string, string>;
}

/** An answer that is not a success, thrown to where it is given. */
export class Problem extends Error {
  readonly #status: number;
  readonly #code: string | undefined;
  readonly #extra: Extra;

  private constructor(status: number, code: string | undefined, message: string, extra: Extra = {}) {
    super(message);
    this.#status = status;
    this.#code = code;
    this.#extra = extra;
  }

  static of(refusal: Refusal, extra?: Extra): Problem {
    const [status, code, message] = REFUSALS[refusal];
    return new Problem(status, code, message, extra);
  }

  /** Input that cannot be understood; `details` names each field. */
  static invalidInput(details: string): Problem {
    return new Problem(400, "guard.invalid_input", "The request is not valid.", { details });
  }

  /** The service cannot decide now, so it refuses. The cause is for the log. */
  static unavailable(cause: unknown): Problem {
    console.error("the service is not available, so the request is refused:", cause);
    const headers = { "Retry-After": RETRY_SOON.toString() };
    const message = "The service is not available now. Try again soon.";
    return new Problem(503, "service.unavailable", message, { headers });
  }

  /** The operation needs a record; the challenge tells the client how to get one (RFC 9470). */
  static permissionDenied(): Problem {
    const message = "This needs a fresh verification of who you are.";
    const headers = { "WWW-Authenticate": toChallenge() };
    return new Problem(401, "verification_record.permission_denied", message, { headers });
  }

  /** The operation needs its user's approval; `data` has what a client goes on with. */
  static approvalRequired({ code, message }: SekishoError, requirement: Requirement, data: unknown): Problem {
    const headers = { "WWW-Authenticate": toChallenge(requirement) };
    return new Problem(401, code, message, { headers, data });
  }

  /** A new password that is not acceptable, with every reason. */
  static passwordRejected(reasons: readonly PasswordRejection[]): Problem {
    const message = "The new password is not acceptable. Choose another one.";
    return new Problem(422, "password.rejected", message, { data: reasons.map((code) => ({ code })) });
  }

  /** A record that does not prove what it was shown for. */
  static recordNotFound(): Problem {
    const message = "This verification is not known or has expired. Start a new one.";
    return new Problem(400, "verification_record.not_found", message);
  }

  /** Whatever was thrown. What nobody foresaw is a failure of ours, and its cause is for the log. */
  static from(thrown: unknown): Problem {
    if (thrown instanceof Problem) return thrown;
    if (thrown instanceof SekishoError) return ofRules(thrown);
    console.error("a request broke down:", thrown);
    return new Problem(500, undefined, "Internal server error.");
  }

  /** @internal */
  static refused(status: number, { code, message, retryAfter }: SekishoError): Problem {
    const headers = retryAfter === undefined ? {} : { "Retry-After": retryAfter.toString() };
    return new Problem(status, code, message, { headers });
  }

  toResponse(): Response {
    const { data, details, headers } = this.#extra;
    const body = JSON.stringify({ code: this.#code, message: this.message, data, details });
    return new Response(body, {
      status: this.#status,
      headers: { "Content-Type": "application/json; charset=utf-8", ...this.#authenticate(), ...headers },
    });
  }

  /** Every 401 says what to authenticate with (RFC 9110 §15.5.2). */
  #authenticate(): Record<string, string> {
    if (this.#status !== 401) return {};
    const isInvalid = this.#code === "auth.unauthorized";
    return { "WWW-Authenticate": isInvalid ? 'Bearer error="invalid_token"' : "Bearer" };
  }
}

/** The statuses of errors that are the client's to know; the others are the operator's. */
const STATUS: { readonly [code in ErrorCode]?: number } = {
  "session.invalid_credentials": 422,
  "session.verification_blocked_too_many_attempts": 400,
  "verification_record.not_found": 400,
  "verification_code.not_found": 400,
  "verification_code.email_mismatch": 400,
  "verification_code.phone_mismatch": 400,
  "verification_code.expired": 400,
  "verification_code.exceed_max_try": 400,
  "verification_code.code_mismatch": 400,
  "request.message_rate_limited": 429,
  operation_invalid: 400,
  operation_not_displayable: 400,
  record_session_mismatch: 400,
  record_operation_mismatch: 400,
  record_method_not_allowed: 400,
  record_used: 409,
};

function ofRules(error: SekishoError): Problem {
  const status = STATUS[error.code];
  if (status !== undefined) return Problem.refused(status, error);
  switch (error.code) {
    case "identifier_invalid":
    case "password_invalid":
      return Problem.invalidInput(error.message);
    case "context_invalid":
      // User and session are what the access token says.
      return Problem.of("unauthorized");
    case "counter_store_failed":
    case "out_of_memory":
      return Problem.unavailable(error.cause ?? error);
    default:
      return Problem.from(new Error(`${error.code}: ${error.message}`));
  }
}
