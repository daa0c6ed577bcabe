/** The flows in their single steps. */

import { kind, number, random, text, textIfAny } from "./argument.js";
import { secondsNow } from "./clock.js";
import { Flow } from "./flow.js";
import { forms } from "./identifier.js";
import { type CallOptions, KeyRing } from "./key-ring.js";
import type { Answer, Argument } from "./message.js";
import { toJson } from "./operation.js";
import { PasswordPolicy, passwordForms } from "./password-policy.js";
import { type Policy, policyArguments } from "./policy.js";
import { type Method, type Purpose, requirementArguments } from "./requirement.js";
import type {
  Accepted,
  Binding,
  CodeCheck,
  CodeDrawn,
  CodeResend,
  CodeSend,
  Limits,
  PasswordCheck,
  PasswordVerified,
  Presentation,
  RecordRevocation,
  RefusedOperation,
  ResumeHandle,
  ResumeHandleCheck,
  Verified,
} from "./verification.js";
import { Call, call, calledInto, type Held, made } from "./wasm.js";

/** What a verifier is made of. */
export interface VerifierOptions {
  /** The ring, or its text. */
  readonly keys: KeyRing | string | Uint8Array;
  /** What shall differ from the defaults. */
  readonly policy?: Policy;
  /** How passwords are hashed; Argon2id at OWASP's minimum by default. */
  readonly passwords?: PasswordPolicy;
}

/** Options of calls that draw nothing. */
export type TimeOption = Pick<CallOptions, "now">;

/** The flows in their single steps, for who batches additions or has a store of another shape. */
export class Steps {
  readonly #held: Held;
  readonly #limits: Limits;

  /** @internal */
  constructor({ keys, policy = {}, passwords }: VerifierOptions, limits: Limits) {
    this.#limits = limits;
    const values = [limits === "counted", ...policyArguments(policy)];
    // What is made here is the verifier's alone, and freed as soon as that has it.
    const [ring, isOwnRing] = keys instanceof KeyRing ? [keys, false] : [readRing(keys), true];
    const [hashing, isOwnHashing] = passwords === undefined ? [new PasswordPolicy(), true] : [passwords, false];
    try {
      if (!(hashing instanceof PasswordPolicy)) {
        throw new TypeError(`passwords must be a PasswordPolicy, not ${kind(passwords)}`);
      }
      this.#held = made(Call.MakeVerifier, { of: ring.held, with: hashing.held }, ...values);
    } finally {
      if (isOwnRing) ring[Symbol.dispose]();
      if (isOwnHashing) hashing[Symbol.dispose]();
    }
  }

  checkPassword(check: PasswordCheck, { now = secondsNow(), entropy }: CallOptions = {}): Flow<PasswordVerified> {
    return this.#start(
      Call.CheckPassword,
      (outcome) => ({ ...this.#verified(outcome), needsRehash: outcome.flag() }),
      ...binding(check),
      ...passwordForms(check.password),
      textIfAny("passwordHash", check.passwordHash),
      number("now", now),
      random("entropy", entropy, 32),
    );
  }

  sendCode(send: CodeSend, { now = secondsNow(), entropy }: CallOptions = {}): Flow<CodeDrawn> {
    const purpose = text("purpose", send.purpose === undefined ? "UserPermissionValidation" : send.purpose);
    const [time, bytes] = [number("now", now), random("entropy", entropy, 32)];
    return this.#startSending(Call.SendCode, ...binding(send), ...forms(send.to), purpose, time, bytes);
  }

  resendCode(resend: CodeResend, { now = secondsNow() }: TimeOption = {}): Flow<CodeDrawn> {
    const values = [text("challenge", resend.challenge), number("now", now)];
    return this.#startSending(Call.ResendCode, ...binding(resend), ...forms(resend.to), ...values);
  }

  checkCode(check: CodeCheck, { now = secondsNow() }: TimeOption = {}): Flow<Verified> {
    const { subject, session } = check;
    return this.#start(
      Call.CheckCode,
      (outcome) => this.#verified(outcome),
      ...binding({ subject, ...(session === undefined ? {} : { session }) }),
      ...forms(check.to),
      text("challenge", check.challenge),
      text("code", check.code),
      number("now", now),
    );
  }

  present(shown: Presentation, { now = secondsNow() }: TimeOption = {}): Flow<Accepted> {
    return this.#start(
      Call.Present,
      (outcome) => ({
        id: outcome.text(),
        method: outcome.text() as Method,
        purpose: outcome.text() as Purpose,
        issuedAt: outcome.number(),
        expiresAt: outcome.number(),
        repeated: outcome.flag(),
        limits: this.#limits,
      }),
      ...binding(shown),
      text("record", shown.record),
      textIfAny("idempotencyKey", shown.idempotencyKey),
      number("now", now),
      ...requirementArguments(shown.requirement === undefined ? {} : shown.requirement),
    );
  }

  revoke({ subject, record }: RecordRevocation, { now = secondsNow() }: TimeOption = {}): Flow<void> {
    const values = [text("subject", subject), text("record", record), number("now", now)];
    return this.#start(Call.Revoke, () => undefined, ...values);
  }

  revokeByLink(revocation: string, { now = secondsNow() }: TimeOption = {}): Flow<void> {
    const values = [text("revocation", revocation), number("now", now)];
    return this.#start(Call.RevokeByLink, () => undefined, ...values);
  }

  /** Ends a user's block and forgets their failures: an operator's act. */
  unblock(subject: string): Flow<void> {
    return this.#start(Call.Unblock, () => undefined, text("subject", subject));
  }

  issueResumeHandle(refused: RefusedOperation, { now = secondsNow() }: TimeOption = {}): ResumeHandle {
    const demanded = requirementArguments(refused.requirement === undefined ? {} : refused.requirement);
    const values = [...binding(refused), number("now", now), ...demanded];
    const answer = call(Call.IssueResumeHandle, { of: this.#held }, ...values);
    return { handle: answer.text(), expiresAt: answer.number() };
  }

  checkResumeHandle(check: ResumeHandleCheck, { now = secondsNow() }: TimeOption = {}): void {
    const shown = [text("handle", check.handle), text("method", check.method), number("now", now)];
    call(Call.CheckResumeHandle, { of: this.#held }, ...binding(check), ...shown);
  }

  [Symbol.dispose](): void {
    this.#held.free();
  }

  #startSending(call: Call, ...values: Argument[]): Flow<CodeDrawn> {
    const drawn = (outcome: Answer): CodeDrawn => ({
      challenge: outcome.text(),
      expiresAt: outcome.number(),
      code: outcome.text(),
      revocation: outcome.text(),
      purpose: outcome.text() as Purpose,
      limits: this.#limits,
      cancel: cancelOnce(flow.release()),
    });
    const flow = this.#start(call, drawn, ...values);
    return flow;
  }

  #start<T>(flow: Call, describe: (outcome: Answer) => T, ...values: Argument[]): Flow<T> {
    const [held, answer] = calledInto(flow, { of: this.#held }, ...values);
    return new Flow(held, answer, describe);
  }

  #verified(outcome: Answer): Verified {
    return { record: outcome.text(), expiresAt: outcome.number(), limits: this.#limits };
  }
}

function readRing(keys: string | Uint8Array): KeyRing {
  if (typeof keys === "string" || keys instanceof Uint8Array) return KeyRing.parse(keys);
  throw new TypeError(`keys must be a KeyRing or its text, not ${kind(keys)}`);
}

/** A send can be given back once; after that nothing is to be counted. */
function cancelOnce(sent: Held): () => Flow<void> {
  let isCancelled = false;
  return () => {
    if (isCancelled) throw new TypeError("This send has been cancelled already.");
    isCancelled = true;
    return new Flow(sent, call(Call.Cancel, { into: sent }), () => undefined);
  };
}

function binding(given: Binding): [string, string | undefined, string | undefined] {
  return [text("subject", given.subject), textIfAny("session", given.session), toJson(given)];
}
