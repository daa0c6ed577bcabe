import { numberIfAny, object } from "./argument.js";
import type { Argument } from "./message.js";

/** How many attempts there are and how long what lives. Times are seconds. */
export interface Policy {
  /** How long a record is good, 60 to 86400; 600 by default. */
  readonly recordLifetime?: number;
  readonly code?: {
    /** Characters in a code, 4 to 10; 6 by default. */
    readonly length?: number;
    /** `digits` by default; `base32` is Crockford's. */
    readonly alphabet?: "digits" | "base32";
    /** How long a code is good, 60 to 3600; 600 by default. */
    readonly lifetime?: number;
    /** Wrong codes for one challenge, 1 to 100; 10 by default. */
    readonly maxTries?: number;
  };
  readonly failures?: {
    /** The failure that blocks, 1 to 10000; the 100th by default. */
    readonly limit?: number;
    /** Within how long, 60 to 86400; 3600 by default. */
    readonly window?: number;
    /** How long a block lasts, 60 to 2592000; 3600 by default. */
    readonly block?: number;
    /** Failures after which a session verifies no more for a day, 1 to 10000; 0, the default, for no limit. */
    readonly sessionLimit?: number;
  };
  readonly sends?: {
    /** Messages to one recipient, 1 to 10000; 10 by default. */
    readonly limit?: number;
    /** Within how long, 1 to 86400; 600 by default. */
    readonly window?: number;
  };
}

/**
 * Record lifetime; code length, whether it is base32, lifetime, tries; failure limit, window, block,
 * session limit; send limit, window.
 *
 * @internal
 */
export function policyArguments(policy: Policy): Argument[] {
  const { recordLifetime, code = {}, failures = {}, sends = {} } = object("policy", policy);
  const { length, alphabet = "digits", lifetime, maxTries } = object("policy.code", code);
  if (alphabet !== "digits" && alphabet !== "base32") {
    throw new TypeError('policy.code.alphabet must be "digits" or "base32"');
  }
  return [
    numberIfAny("policy.recordLifetime", recordLifetime),
    numberIfAny("policy.code.length", length),
    alphabet === "base32",
    numberIfAny("policy.code.lifetime", lifetime),
    numberIfAny("policy.code.maxTries", maxTries),
    numberIfAny("policy.failures.limit", object("policy.failures", failures).limit),
    numberIfAny("policy.failures.window", failures.window),
    numberIfAny("policy.failures.block", failures.block),
    numberIfAny("policy.failures.sessionLimit", failures.sessionLimit),
    numberIfAny("policy.sends.limit", object("policy.sends", sends).limit),
    numberIfAny("policy.sends.window", sends.window),
  ];
}
