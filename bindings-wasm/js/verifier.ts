import { kind, number, random, text, textIfAny } from "./argument.js";
import { secondsNow } from "./clock.js";
import type { CounterStore } from "./counters/store.js";
import { drive, Flow } from "./flow.js";
import { forms, type Identifier } from "./identifier.js";
import { type CallOptions, KeyRing } from "./key-ring.js";
import type { Answer, Argument } from "./message.js";
import { type OperationInput, toJson } from "./operation.js";
import { PasswordPolicy, passwordForms } from "./password-policy.js";
import { type Policy, policyArguments } from "./policy.js";
import { type Method, type Purpose, type Requirement, requirementArguments } from "./requirement.js";
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

/** Who verifies, in which session, for which operation. */
export interface Binding extends OperationInput {
  /** The signed-in user, by your own stable id: 1 to 256 bytes. */
  readonly subject: string;
  /** The session of the request, if records shall be bound to it. */
  readonly session?: string | null;
}

export interface PasswordCheck extends Binding {
  /** The password as typed. */
  readonly password: string;
  /** The user's stored hash; without one the answer is that of a wrong password. */
  readonly passwordHash: string | null | undefined;
}

export interface CodeSend extends Binding {
  readonly to: Identifier;
  /** What the record will be good for: see {@link purposeOfCode}. A permission if not given. */
  readonly purpose?: Purpose;
}

export interface CodeCheck extends Omit<Binding, keyof OperationInput> {
  /** Where the client says the code was sent. */
  readonly to: Identifier;
  /** The challenge of the send. */
  readonly challenge: string;
  /** The code as typed. */
  readonly code: string;
}

export interface Presentation extends Binding {
  /** The record, or a challenge whose code was used. */
  readonly record: string;
  readonly requirement?: Requirement;
  /** For single use: names this one request, so that repeating it is the same use. */
  readonly idempotencyKey?: string | null;
}

/** Whether attempts and uses were counted. */
export type Limits = "counted" | "not_counted";

/** The user has proved who they are. */
export interface Verified {
  /** The verification record's token. */
  readonly record: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly limits: Limits;
}

export interface PasswordVerified extends Verified {
  /** The stored hash is of an older form: replace it by `passwords.hash` of the same password. */
  readonly needsRehash: boolean;
}

/** A code that was drawn. */
interface Code {
  /** The challenge's token, for the client; it comes back with the code. */
  readonly challenge: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  /** The code, for the message and for nothing else. */
  readonly code: string;
  readonly limits: Limits;
}

/** A code to hand to the mail or SMS provider now. */
export interface CodeSent extends Code {
  /** Gives the send back to the recipient's budget, where the provider did not take the message. */
  cancel(): Promise<void>;
}

/** The same in the step form. */
export interface CodeDrawn extends Code {
  /** Gives the send back, once. */
  cancel(): Flow<void>;
}

/** The record meets the requirement. */
export interface Accepted {
  /** The record's id, 32 hexadecimal digits. */
  readonly id: string;
  readonly method: Method;
  readonly purpose: Purpose;
  /** Unix seconds. */
  readonly issuedAt: number;
  /** Unix seconds. */
  readonly expiresAt: number;
  /** The same use as before, by its idempotency key: answer what was answered then. */
  readonly repeated: boolean;
  readonly limits: Limits;
}

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
    const drawn = (outcome: Answer): CodeDrawn => {
      const [challenge, expiresAt, code] = [outcome.text(), outcome.number(), outcome.text()];
      return { challenge, expiresAt, code, limits: this.#limits, cancel: cancelOnce(flow.release()) };
    };
    const flow = this.#start(Call.SendCode, drawn, ...binding(send), ...forms(send.to), purpose, time, bytes);
    return flow;
  }

  checkCode(check: CodeCheck, { now = secondsNow() }: Pick<CallOptions, "now"> = {}): Flow<Verified> {
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

  present(shown: Presentation, { now = secondsNow() }: Pick<CallOptions, "now"> = {}): Flow<Accepted> {
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

  /** Ends a user's block and forgets their failures: an operator's act. */
  unblock(subject: string): Flow<void> {
    return this.#start(Call.Unblock, () => undefined, text("subject", subject));
  }

  [Symbol.dispose](): void {
    this.#held.free();
  }

  #start<T>(flow: Call, describe: (outcome: Answer) => T, ...values: Argument[]): Flow<T> {
    const [held, answer] = calledInto(flow, { of: this.#held }, ...values);
    return new Flow(held, answer, describe);
  }

  #verified(outcome: Answer): Verified {
    return { record: outcome.text(), expiresAt: outcome.number(), limits: this.#limits };
  }
}

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
  async sendCode(send: CodeSend, counters: CounterStore, options?: CallOptions): Promise<CodeSent> {
    const drawn = await begin(() => this.steps.sendCode(send, options), counters);
    return { ...drawn, cancel: async () => drive(drawn.cancel(), counters) };
  }

  /**
   * Checks a code against its challenge.
   *
   * @throws SekishoError `verification_record.not_found`, `verification_code.*`,
   *   `session.verification_blocked_too_many_attempts`, `counter_store_failed`.
   */
  checkCode(check: CodeCheck, counters: CounterStore, options?: CallOptions): Promise<Verified> {
    return begin(() => this.steps.checkCode(check, options), counters);
  }

  /**
   * Holds a record against a requirement and, for single use, uses it up.
   *
   * @throws SekishoError `verification_record.not_found`, `record_*`, `counter_store_failed`.
   */
  present(shown: Presentation, counters: CounterStore, options?: CallOptions): Promise<Accepted> {
    return begin(() => this.steps.present(shown, options), counters);
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
    const { cancel, ...sent } = atOnce(this.#steps.sendCode(send, options));
    // Nothing was counted: this only frees what would give it back.
    cancel()[Symbol.dispose]();
    return sent;
  }

  checkCode(check: CodeCheck, options?: CallOptions): Verified {
    return atOnce(this.#steps.checkCode(check, options));
  }

  /** @throws SekishoError `counters_required` where single use is asked for. */
  present(shown: Presentation, options?: CallOptions): Accepted {
    return atOnce(this.#steps.present(shown, options));
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

function atOnce<T>(flow: Flow<T>): T {
  // Not `using`, which does not work where there is no Symbol.dispose yet.
  try {
    return flow.outcome();
  } finally {
    flow[Symbol.dispose]();
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
