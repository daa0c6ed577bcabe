import { textIfAny } from "./argument.js";
import type { CounterStore } from "./counters/store.js";
import { drive, type Flow } from "./flow.js";
import { forms, type Identifier } from "./identifier.js";
import type { CallOptions } from "./key-ring.js";
import type { Purpose } from "./requirement.js";
import { Steps, type TimeOption, type VerifierOptions } from "./steps.js";
import type {
  Accepted,
  CodeCheck,
  CodeDrawn,
  CodeResend,
  CodeSend,
  CodeSent,
  PasswordCheck,
  PasswordVerified,
  Presentation,
  RecordRevocation,
  RefusedOperation,
  ResumeHandle,
  ResumeHandleCheck,
  Verified,
} from "./verification.js";
import { Call, call } from "./wasm.js";

/**
 * Starts every flow and drives it over your counters.
 *
 * Argon2 runs on this thread: `checkPassword` takes tens of milliseconds of CPU time.
 */
export class Verifier {
  /** The same flows in single steps. */
  readonly steps: Steps;

  /** @throws SekishoError `policy_invalid` where a value of the policy is out of its bounds. */
  constructor(options: VerifierOptions) {
    this.steps = new Steps(options, "counted");
  }

  /**
   * A verifier for a host that has no counter store: attempts are not limited, a code works until it
   * expires, and records are not used up. Every outcome says so. Only for what an attacker gains
   * nothing by trying a million times.
   */
  static withoutCounters(options: VerifierOptions): VerifierWithoutCounters {
    return new VerifierWithoutCounters(options);
  }

  /**
   * Checks the user's password.
   *
   * @throws SekishoError `session.invalid_credentials`,
   *   `session.verification_blocked_too_many_attempts`, `counter_store_failed`.
   */
  checkPassword(check: PasswordCheck, counters: CounterStore, options?: CallOptions): Promise<PasswordVerified> {
    return begin(() => this.steps.checkPassword(check, options), counters);
  }

  /**
   * Draws a code. Send it, then answer with the challenge; if it cannot be sent, `cancel` it.
   *
   * @throws SekishoError `request.message_rate_limited`, `counter_store_failed`.
   */
  sendCode(send: CodeSend, counters: CounterStore, options?: CallOptions): Promise<CodeSent> {
    return beginSending(() => this.steps.sendCode(send, options), counters);
  }

  /**
   * The challenge's code once more, 30 seconds after the last message or later, under the same token,
   * to the same end and within the same budgets. Send it; if it cannot be sent, `cancel` it.
   *
   * @throws SekishoError `verification_record.not_found`, `record_operation_mismatch`,
   *   `verification_code.email_mismatch`, `verification_code.phone_mismatch`, `verification_code.expired`,
   *   `verification_code.not_found` for one that was used or revoked, `request.message_rate_limited`,
   *   `counter_store_failed`.
   */
  resendCode(resend: CodeResend, counters: CounterStore, options?: TimeOption): Promise<CodeSent> {
    return beginSending(() => this.steps.resendCode(resend, options), counters);
  }

  /**
   * Checks a code against its challenge.
   *
   * @throws SekishoError `verification_record.not_found`, `verification_code.*`,
   *   `session.verification_blocked_too_many_attempts`, `counter_store_failed`.
   */
  checkCode(check: CodeCheck, counters: CounterStore, options?: TimeOption): Promise<Verified> {
    return begin(() => this.steps.checkCode(check, options), counters);
  }

  /**
   * Holds a record against a requirement and, for single use, uses it up. One that was revoked is
   * not accepted.
   *
   * @throws SekishoError `verification_record.not_found`, `record_*`, `counter_store_failed`.
   */
  present(shown: Presentation, counters: CounterStore, options?: TimeOption): Promise<Accepted> {
    return begin(() => this.steps.present(shown, options), counters);
  }

  /**
   * Revokes a record or a challenge of the user's: its code is no longer right, and nothing accepts
   * the record. Revoking again changes nothing.
   *
   * @throws SekishoError `verification_record.not_found` for what is none of this user,
   *   `counter_store_failed`.
   */
  revoke(revocation: RecordRevocation, counters: CounterStore, options?: TimeOption): Promise<void> {
    return begin(() => this.steps.revoke(revocation, options), counters);
  }

  /**
   * Revokes the challenge of a message that the user did not ask for, by the `revocation` that the
   * message's link carries. Nobody needs to be signed in.
   *
   * @throws SekishoError `verification_record.not_found` for anything else, and after the record's
   *   end; `counter_store_failed`.
   */
  revokeByLink(revocation: string, counters: CounterStore, options?: TimeOption): Promise<void> {
    return begin(() => this.steps.revokeByLink(revocation, options), counters);
  }

  /**
   * What a client needs to go on with an operation that was refused for want of a verification: it
   * sends the handle with its request for one. It lives as long as a record, and allows nothing.
   */
  issueResumeHandle(refused: RefusedOperation, options?: TimeOption): ResumeHandle {
    return this.steps.issueResumeHandle(refused, options);
  }

  /**
   * Whether a verification by this method is what the handle's operation was refused for.
   *
   * @throws SekishoError `verification_record.not_found` for what is no handle of this user or has
   *   expired, `record_session_mismatch`, `record_operation_mismatch`, `record_method_not_allowed`.
   */
  checkResumeHandle(check: ResumeHandleCheck, options?: TimeOption): void {
    this.steps.checkResumeHandle(check, options);
  }

  /** Ends a user's block and forgets their failures: an operator's act. */
  unblock(subject: string, counters: CounterStore): Promise<void> {
    return begin(() => this.steps.unblock(subject), counters);
  }

  [Symbol.dispose](): void {
    this.steps[Symbol.dispose]();
  }
}

/** A verifier whose host keeps no counters: see {@link Verifier.withoutCounters}. */
export class VerifierWithoutCounters {
  readonly #steps: Steps;

  /** @internal */
  constructor(options: VerifierOptions) {
    this.#steps = new Steps(options, "not_counted");
  }

  checkPassword(check: PasswordCheck, options?: CallOptions): PasswordVerified {
    return atOnce(this.#steps.checkPassword(check, options));
  }

  sendCode(send: CodeSend, options?: CallOptions): Omit<CodeSent, "cancel"> {
    return withoutCancel(atOnce(this.#steps.sendCode(send, options)));
  }

  resendCode(resend: CodeResend, options?: TimeOption): Omit<CodeSent, "cancel"> {
    return withoutCancel(atOnce(this.#steps.resendCode(resend, options)));
  }

  checkCode(check: CodeCheck, options?: TimeOption): Verified {
    return atOnce(this.#steps.checkCode(check, options));
  }

  /** @throws SekishoError `counters_required` where single use is asked for. */
  present(shown: Presentation, options?: TimeOption): Accepted {
    return atOnce(this.#steps.present(shown, options));
  }

  /** @throws SekishoError `counters_required`: without counters nobody would know. */
  revoke(revocation: RecordRevocation, options?: TimeOption): void {
    atOnce(this.#steps.revoke(revocation, options));
  }

  /** @throws SekishoError `counters_required`: without counters nobody would know. */
  revokeByLink(revocation: string, options?: TimeOption): void {
    atOnce(this.#steps.revokeByLink(revocation, options));
  }

  issueResumeHandle(refused: RefusedOperation, options?: TimeOption): ResumeHandle {
    return this.#steps.issueResumeHandle(refused, options);
  }

  checkResumeHandle(check: ResumeHandleCheck, options?: TimeOption): void {
    this.#steps.checkResumeHandle(check, options);
  }

  [Symbol.dispose](): void {
    this.#steps[Symbol.dispose]();
  }
}

/**
 * What a code that goes there will be good for: a permission (or what was asked) for the user's own
 * identifiers, and for any other a proof that it is theirs.
 */
export function purposeOfCode(to: Identifier, own: readonly Identifier[], asked?: Purpose): Purpose {
  return call(Call.PurposeOfCode, {}, textIfAny("asked", asked), ...forms(to), ...own.flatMap(forms)).text() as Purpose;
}

/** Errors of the first step reject, too. */
async function begin<T>(start: () => Flow<T>, counters: CounterStore): Promise<T> {
  return drive(start(), counters);
}

async function beginSending(start: () => Flow<CodeDrawn>, counters: CounterStore): Promise<CodeSent> {
  const drawn = await begin(start, counters);
  return { ...drawn, cancel: async () => drive(drawn.cancel(), counters) };
}

function atOnce<T>(flow: Flow<T>): T {
  // Not `using`, which does not work where there is no Symbol.dispose yet.
  try {
    return flow.outcome();
  } finally {
    flow[Symbol.dispose]();
  }
}

/** Nothing was counted: calling it only frees what would give the send back. */
function withoutCancel({ cancel, ...sent }: CodeDrawn): Omit<CodeSent, "cancel"> {
  cancel()[Symbol.dispose]();
  return sent;
}
