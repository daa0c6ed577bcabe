/**
 * The account policy: which fields may change, how many attempts there are, who gets messages.
 *
 * One shape for the variable `SEKISHO_POLICY` and for dev mode's `PATCH /dev/policy`; the same as
 * the reference server's.
 */

import { canonical, type Identifier, type Policy } from "sekisho";

import { isIdentifier } from "./body";
import { type Operations, parseOperations } from "./operation";
import { Problem } from "./problem";

/** What a user may do with a field: neither see nor change it, see it, or both. */
export type Access = "Off" | "ReadOnly" | "Edit";

const ACCESSES: readonly string[] = ["Off", "ReadOnly", "Edit"] satisfies Access[];

/** The shortest word that is looked for in a password, in characters. */
const MIN_WORD_CHARACTERS = 4;

/** Seconds a record is good, counted from the message that brought its code. */
export const RECORD_LIFETIME = 600;

export interface AccountPolicy {
  /** Whether the Account API answers at all. */
  readonly enabled: boolean;
  readonly fields: { readonly email: Access; readonly phone: Access; readonly password: Access };
  readonly lockout: {
    /** The failure within an hour that blocks, and for how long. */
    readonly maxAttempts: number;
    readonly lockoutMinutes: number;
    /** Failures after which a session verifies no more for a day; 0 for no such limit. */
    readonly sessionMaxAttempts: number;
  };
  /** Seconds a code is good, and wrong codes for one message. */
  readonly code: { readonly expirationDuration: number; readonly maxRetryAttempts: number };
  /** Addresses (`ana@example.com`) and domains (`@example.com`) that no user may take. */
  readonly emailBlocklist: readonly string[];
  /** If not empty, the only addresses and domains that a user may take. */
  readonly emailAllowlist: readonly string[];
  /** Whether a user may take an address such as `ana+shop@example.com`. */
  readonly emailSubaddressing: boolean;
  /** Words that no new password may contain, of 4 characters or more. */
  readonly passwordWords: readonly string[];
  /** Which channels deliver codes. A channel that is on still needs a provider. */
  readonly providers: { readonly email: boolean; readonly sms: boolean };
  /** What users approve one by one, by the operation's `type`. */
  readonly operations: Operations;
}

/** The contract's. */
export const DEFAULT_POLICY: AccountPolicy = {
  enabled: true,
  fields: { email: "Edit", phone: "Edit", password: "Edit" },
  lockout: { maxAttempts: 100, lockoutMinutes: 60, sessionMaxAttempts: 0 },
  code: { expirationDuration: 600, maxRetryAttempts: 10 },
  emailBlocklist: [],
  emailAllowlist: [],
  emailSubaddressing: true,
  passwordWords: [],
  providers: { email: true, sms: true },
  operations: {},
};

/**
 * Changes some values of a policy. Whether numbers are within their bounds shows where a verifier is
 * made of it.
 *
 * @throws Error for names and values that a policy does not have.
 */
export function parsePolicy(patch: unknown, base: AccountPolicy = DEFAULT_POLICY): AccountPolicy {
  // Its members are of the operator's naming, and not those of the policy before.
  const { operations = {}, ...others } = { ...(patch as Partial<AccountPolicy>) };
  const merged = merge("policy", base, patch === null || kind(patch) !== "object" ? patch : others) as AccountPolicy;
  const policy = { ...merged, operations: parseOperations(operations, base.operations) };
  for (const [field, access] of Object.entries(policy.fields)) {
    if (!ACCESSES.includes(access)) throw new Error(`fields.${field} must be one of ${ACCESSES.join(", ")}`);
  }
  const short = policy.passwordWords.find((word) => [...word.trim()].length < MIN_WORD_CHARACTERS);
  if (short !== undefined) {
    throw new Error(`passwordWords: ${JSON.stringify(short)} has fewer than ${MIN_WORD_CHARACTERS} characters`);
  }
  checkList("emailBlocklist", policy.emailBlocklist);
  checkList("emailAllowlist", policy.emailAllowlist);
  return policy;
}

/** The rules' numbers. */
export function toCore({ code, lockout }: AccountPolicy): Policy {
  return {
    recordLifetime: RECORD_LIFETIME,
    code: { lifetime: code.expirationDuration, maxTries: code.maxRetryAttempts },
    failures: {
      limit: lockout.maxAttempts,
      block: lockout.lockoutMinutes * 60,
      sessionLimit: lockout.sessionMaxAttempts,
    },
  };
}

/** Refuses an address that may not become a user's own. Phone numbers always may. */
export function admitNew(policy: AccountPolicy, identifier: Identifier): void {
  if (identifier.type !== "email") return;
  const address = canonical(identifier);
  const isOn = (list: readonly string[]) => list.some((entry) => names(entry, address));
  const unlisted = policy.emailAllowlist.length > 0 && !isOn(policy.emailAllowlist);
  if (isOn(policy.emailBlocklist) || unlisted) throw Problem.of("emailNotAllowed");
  const isSubaddress = address.slice(0, address.indexOf("@")).includes("+");
  if (isSubaddress && !policy.emailSubaddressing) throw Problem.of("subaddressNotAllowed");
}

function checkList(name: string, list: readonly string[]): void {
  const wrong = list.find((entry) => !isEntry(entry.trim()));
  if (wrong === undefined) return;
  throw new Error(`${name}: ${JSON.stringify(wrong)} is neither an address nor a domain (example.com; no wildcards)`);
}

function isEntry(entry: string): boolean {
  const value = entry.lastIndexOf("@") > 0 ? entry : `a@${entry.replace(/^@/, "")}`;
  return !entry.includes("*") && isIdentifier({ type: "email", value });
}

/** Whether an entry of a list is this address, or its domain. */
function names(entry: string, address: string): boolean {
  const sought = entry.trim().toLowerCase();
  const domain = address.slice(address.lastIndexOf("@"));
  return sought === address || (sought.startsWith("@") ? sought : `@${sought}`) === domain;
}

/** RFC 7396, but nothing can be removed, and nothing becomes another type. */
function merge(name: string, base: unknown, patch: unknown): unknown {
  if (kind(base) !== kind(patch)) throw new Error(`${name} must be ${kind(base)}`);
  if (Array.isArray(patch)) return patch.map((entry) => merge(`an entry of ${name}`, "", entry));
  if (typeof patch !== "object") return patch;
  const merged = { ...(base as Record<string, unknown>) };
  for (const [field, value] of Object.entries(patch as Record<string, unknown>)) {
    if (!Object.hasOwn(merged, field)) throw new Error(`${name} has no ${field}`);
    merged[field] = merge(field, merged[field], value);
  }
  return merged;
}

function kind(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value === null ? "null" : typeof value;
}
