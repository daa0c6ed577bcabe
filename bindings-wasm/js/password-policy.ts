import { bytes, numberIfAny, random, text, textIfAny } from "./argument.js";
import { Call, call, type Held, made } from "./wasm.js";

/** The cost of new hashes: Argon2id (RFC 9106). OWASP's minimum if not given. */
export interface Argon2Cost {
  /** Memory in KiB, 8 to 131072 for each lane's 8; 19456 by default. */
  readonly memoryKib?: number;
  /** Passes over the memory; 2 by default. */
  readonly passes?: number;
  /** Lanes, 1 to 16; 1 by default. */
  readonly lanes?: number;
}

/** A secret that is part of hashes, kept apart from them. */
export interface Pepper {
  /** Names it inside hashes: 1 to 8 bytes. */
  readonly id: string;
  /** At least 32 random bytes. */
  readonly key: Uint8Array;
}

/** How passwords are hashed and checked. */
export interface PasswordPolicyOptions extends Argon2Cost {
  /** What new hashes are peppered with; none if not given. */
  readonly pepper?: Pepper;
  /** What older hashes were peppered with. */
  readonly olderPeppers?: readonly Pepper[];
}

/** What came of checking a password. */
export interface Verification {
  readonly matches: boolean;
  /** Whether the stored hash should be replaced by a new one of this password. */
  readonly needsRehash: boolean;
}

/**
 * How new passwords are hashed and stored hashes checked. Both take tens of milliseconds of this
 * thread, and the memory of their cost.
 */
export class PasswordPolicy {
  /** @internal */
  readonly held: Held;

  /** @throws SekishoError `policy_invalid` outside the bounds, `key_weak`, `key_repeated`. */
  constructor({ memoryKib, passes, lanes, pepper, olderPeppers = [] }: PasswordPolicyOptions = {}) {
    const peppers = pepper === undefined ? olderPeppers : [pepper, ...olderPeppers];
    this.held = made(
      Call.MakePasswordPolicy,
      {},
      numberIfAny("memoryKib", memoryKib),
      numberIfAny("passes", passes),
      numberIfAny("lanes", lanes),
      pepper !== undefined,
      ...peppers.flatMap(({ id, key }) => [text("pepper.id", id), bytes("pepper.key", key)]),
    );
  }

  /**
   * Hashes a new password: a PHC string.
   *
   * @param salt For tests: 16 bytes in place of the platform's randomness.
   */
  hash(password: string, salt?: Uint8Array): string {
    return call(Call.HashPassword, { of: this.held }, ...passwordForms(password), random("salt", salt, 16)).text();
  }

  /** Checks a password against a stored hash; without one it takes the same time and never matches. */
  verify(password: string, passwordHash: string | null | undefined): Verification {
    const stored = textIfAny("passwordHash", passwordHash);
    const verified = call(Call.VerifyPassword, { of: this.held }, ...passwordForms(password), stored);
    return { matches: verified.flag(), needsRehash: verified.flag() };
  }

  [Symbol.dispose](): void {
    this.held.free();
  }
}

/**
 * A password as the module takes it: as typed, and in the form that is hashed.
 *
 * @internal
 */
export function passwordForms(password: string): [typed: string, nfkc: string] {
  const typed = text("password", password);
  return [typed, typed.normalize("NFKC")];
}
