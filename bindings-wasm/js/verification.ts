/** What flows take, and what they come to. */

import type { Flow } from "./flow.js";
import type { Identifier } from "./identifier.js";
import type { OperationInput } from "./operation.js";
import type { Method, Purpose, Requirement } from "./requirement.js";

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

/** The operation is the one of the send, which the message tells of. */
export interface CodeResend extends Binding {
  /** Where the first message went. */
  readonly to: Identifier;
  /** The challenge of the send. */
  readonly challenge: string;
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

export interface RecordRevocation {
  /** The signed-in user, whose it must be, in whichever session it was made. */
  readonly subject: string;
  /** The record, or a challenge. */
  readonly record: string;
}

/** What was refused for want of a verification. */
export interface RefusedOperation extends Binding {
  /** What the operation demands; only its methods are kept. */
  readonly requirement?: Requirement;
}

export interface ResumeHandleCheck extends Binding {
  /** The handle, as the client sent it with its request for a verification. */
  readonly handle: string;
  /** How the user is about to verify. */
  readonly method: Method;
}

/** Says to whoever holds it which operation was refused, and allows nothing. */
export interface ResumeHandle {
  readonly handle: string;
  /** Unix seconds. */
  readonly expiresAt: number;
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
  /**
   * For the message's link "this was not me": `revokeByLink` takes it, and it is good for nothing else.
   * Put it into the fragment of a page's address, and revoke when the user says so: mail scanners open
   * every link.
   */
  readonly revocation: string;
  /** What the record will be good for, as the challenge says: it tells which words the message has. */
  readonly purpose: Purpose;
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
