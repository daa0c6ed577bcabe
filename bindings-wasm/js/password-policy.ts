import { bytes, bytesIfAny, numberIfAny, text, textIfAny } from "./argument.js";
import { answered } from "./error.js";
import * as wasm from "./wasm.js";

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
  /** Names it inside hashes: 1 to 6 bytes. */
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
  readonly wasm: wasm.PasswordPolicy;

  /** @throws SekishoError `policy_invalid` outside the bounds, `key_weak`, `key_repeated`. */
  constructor({ memoryKib, passes, lanes, pepper, olderPeppers = [] }: PasswordPolicyOptions = {}) {
    const peppers = pepper === undefined ? olderPeppers : [pepper, ...olderPeppers];
    const made = wasm.PasswordPolicy.make([
      numberIfAny("memoryKib", memoryKib),
      numberIfAny("passes", passes),
      numberIfAny("lanes", lanes),
      pepper !== undefined,
      ...peppers.flatMap(({ id, key }) => [text("pepper.id", id), bytes("pepper.key", key)]),
    ]);
    this.wasm = answered(made);
  }

  /**
   * Hashes a new password: a PHC string.
   *
   * @param salt For tests: 16 bytes in place of the platform's randomness.
   */
  hash(password: string, salt?: Uint8Array): string {
    return answered(this.wasm.hash([...passwordForms(password), bytesIfAny("salt", salt)]));
  }

  /** Checks a password against a stored hash; without one it takes the same time and never matches. */
  verify(password: string, passwordHash: string | null | undefined): Verification {
    const stored = textIfAny("passwordHash", passwordHash);
    const verified = this.wasm.verify([...passwordForms(password), stored]);
    const [matches, needsRehash] = answered<[boolean, boolean]>(verified);
    return { matches, needsRehash };
  }

  [Symbol.dispose](): void {
    this.wasm.free();
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
