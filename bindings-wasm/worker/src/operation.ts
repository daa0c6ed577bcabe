/** What the operator demands for each type of operation that users approve one by one. */

import { isSekishoError, type Method, renderMessage } from "sekisho";

/** What one type of operation demands, and the sentence that shows it. */
export interface OperationPolicy {
  /** The methods by which a user can verify for it. */
  readonly methods: readonly Method[];
  /** How many of them a user needs: one, or every one. */
  readonly match: "any" | "all";
  /** The greatest age of a verification in seconds, 1 to 86400; the record's life if it is left out. */
  readonly maxAgeSeconds?: number;
  /** A verification is for one operation and no other. */
  readonly bound: boolean;
  /** A verification is used up. */
  readonly singleUse: boolean;
  /** Only a verification of the very session of the request. */
  readonly sameSession: boolean;
  /** What the user reads, by language; `en` is for whoever asks for none of the others. */
  readonly message: Readonly<Record<string, string>>;
}

/** The types of operations there are, by the word that an operation has as its `type`. */
export type Operations = Readonly<Record<string, OperationPolicy>>;

/** The language of who asks for none that there is. */
export const DEFAULT_LANGUAGE = "en";

const METHODS: readonly unknown[] = ["password", "email_code", "phone_code"] satisfies Method[];
const MAX_AGE = 86_400;

type Values = Record<string, unknown>;

/**
 * Adds operations to others, or changes some values of those.
 *
 * @throws Error that names the first key which does not hold.
 */
export function parseOperations(patch: unknown, base: Operations): Operations {
  const operations: Record<string, OperationPolicy> = { ...base };
  for (const [name, given] of Object.entries(object("operations", patch))) {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      throw new Error(`operations.${name}: a type is 1 to 64 letters, digits, _ and - in ASCII`);
    }
    operations[name] = parse(`operations.${name}`, object(`operations.${name}`, given), operations[name]);
  }
  return operations;
}

function parse(name: string, given: Values, base: Partial<OperationPolicy> = {}): OperationPolicy {
  const known = ["methods", "match", "maxAgeSeconds", "bound", "singleUse", "sameSession", "message"];
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Error(`${name} has no ${unknown}`);
  const merged = { ...base, ...given };
  const maxAgeSeconds = maxAge(`${name}.maxAgeSeconds`, merged.maxAgeSeconds);
  return {
    methods: methods(`${name}.methods`, merged.methods),
    match: match(`${name}.match`, merged.match),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
    bound: flag(`${name}.bound`, merged.bound, true),
    singleUse: flag(`${name}.singleUse`, merged.singleUse, true),
    sameSession: flag(`${name}.sameSession`, merged.sameSession, false),
    message: message(`${name}.message`, { ...base.message, ...object(`${name}.message`, given.message ?? {}) }),
  };
}

function methods(name: string, given: unknown): Method[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new Error(`${name} names no method, so nobody could ever do it`);
  }
  const wrong = given.find((method, place) => !METHODS.includes(method) || given.indexOf(method) !== place);
  if (wrong === undefined) return given as Method[];
  const why = METHODS.includes(wrong) ? "twice" : `, which is none of ${METHODS.join(", ")}`;
  throw new Error(`${name} names ${JSON.stringify(wrong)} ${why}`.replace(" ,", ","));
}

function match(name: string, given: unknown = "any"): "any" | "all" {
  if (given === "any" || given === "all") return given;
  throw new Error(`${name} must be any or all`);
}

function maxAge(name: string, given: unknown): number | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given === "number" && Number.isInteger(given) && given >= 1 && given <= MAX_AGE) return given;
  throw new Error(`${name} is ${JSON.stringify(given)}, but it must be 1 to ${MAX_AGE}`);
}

function flag(name: string, given: unknown, otherwise: boolean): boolean {
  if (given === undefined) return otherwise;
  if (typeof given === "boolean") return given;
  throw new Error(`${name} must be true or false`);
}

function message(name: string, given: Values): Record<string, string> {
  if (!Object.hasOwn(given, DEFAULT_LANGUAGE)) {
    throw new Error(`${name} has no ${DEFAULT_LANGUAGE}, which is for all who ask for none of the others`);
  }
  for (const [language, template] of Object.entries(given)) {
    if (!isLanguage(language)) throw new Error(`${name}.${language} is not a language (en, ja, pt-BR)`);
    if (typeof template !== "string") throw new Error(`${name}.${language} must be a string`);
    checkTemplate(`${name}.${language}`, template);
  }
  return given as Record<string, string>;
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** The empty operation shows nothing that a template has fields for. */
function checkTemplate(name: string, template: string): void {
  try {
    renderMessage(template, { operation: {} });
  } catch (thrown) {
    if (isSekishoError(thrown, "operation_not_displayable")) return;
    throw new Error(`${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

function object(name: string, given: unknown): Values {
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return given as Values;
  throw new Error(`${name} must be an object`);
}
