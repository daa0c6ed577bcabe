/** Request bodies: JSON or a form, read into fields that are then asked for one by one. */

import { canonical, type Identifier, isSekishoError, type Purpose } from "sekisho";

import { Problem } from "./problem";
import type { Request } from "./router";

/** The largest body that is read, in bytes: many times what the contract's fields can hold. */
const MAX_BYTES = 64 * 1024;

/** How much of a body that is too large is read and thrown away, so that a client gets its answer. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024;

/** The longest password, in bytes of UTF-8; what is longer is nobody's. */
const MAX_PASSWORD_BYTES = 4096;

type Values = Record<string, unknown>;

/** What is wrong with fields is collected, so that one answer names all of it. */
export class Fields {
  readonly #values: Values;
  readonly #wrong: string[];
  readonly #path: string;
  /** Why fields may be missing although the client has written them. */
  readonly #mistaken: string | undefined;

  private constructor(values: Values, wrong: string[], path: string, mistaken?: string) {
    this.#values = values;
    this.#wrong = wrong;
    this.#path = path;
    this.#mistaken = mistaken;
  }

  static async read(c: Request): Promise<Fields> {
    const text = await readText(c.req.raw.body);
    const format = formatOf(c.req.header("content-type"));
    return new Fields(parse(format, text), [], "", mistaken(format, text));
  }

  /** A string that is not empty. */
  text(name: string): string {
    const isThere = this.#isString(name);
    const text = isThere ? (this.#values[name] as string) : "";
    return isThere && text === "" ? this.#reject(name, "must not be empty") : text;
  }

  /** A string. */
  textOrEmpty(name: string): string {
    return this.#isString(name) ? (this.#values[name] as string) : "";
  }

  /** A string that can be somebody's password. */
  password(name: string): string {
    const typed = this.text(name);
    const isTooLong = new TextEncoder().encode(typed).length > MAX_PASSWORD_BYTES;
    return isTooLong ? this.#reject(name, `must be at most ${MAX_PASSWORD_BYTES} bytes long`) : typed;
  }

  /** A string that can be an id. */
  id(name: string): string {
    const id = this.text(name);
    return /\p{Cc}/u.test(id) ? this.#reject(name, "must not hold control characters") : id;
  }

  /** Likewise, if it is there. */
  idIfAny(name: string): string | undefined {
    return Object.hasOwn(this.#values, name) ? this.id(name) : undefined;
  }

  /** A string of a form. */
  matching(name: string, form: (text: string) => boolean, must: string): string {
    const text = this.text(name);
    return text !== "" && !form(text) ? this.#reject(name, must) : text;
  }

  /** Likewise, if it is there. */
  matchingIfAny(name: string, form: (text: string) => boolean, must: string): string | undefined {
    return Object.hasOwn(this.#values, name) ? this.matching(name, form, must) : undefined;
  }

  /** An object, if it is there. */
  objectIfAny(name: string): Values | undefined {
    if (!Object.hasOwn(this.#values, name)) return undefined;
    const value = this.#values[name];
    if (isObject(value)) return value;
    this.#reject(name, "must be an object");
    return undefined;
  }

  /** An object of a `type` and a `value`. */
  identifier(name: string): Identifier {
    const isThere = Object.hasOwn(this.#values, name);
    const value = isThere ? this.#values[name] : undefined;
    if (!isObject(value)) {
      this.#reject(name, isThere ? "must be an object of type and value" : "is required");
      return { type: "email", value: "" };
    }
    const inner = new Fields(value, this.#wrong, `${this.#path}${name}.`);
    const type = inner.text("type");
    if (type === "email") return inner.email("value");
    if (type === "phone") return inner.phone("value");
    if (type !== "") inner.#reject("type", "must be email or phone");
    return { type: "email", value: "" };
  }

  /** Likewise, if it is there. */
  identifierIfAny(name: string): Identifier | undefined {
    return Object.hasOwn(this.#values, name) ? this.identifier(name) : undefined;
  }

  email(name: string): Identifier {
    return this.#parsed(name, "email", "must be an e-mail address");
  }

  phone(name: string): Identifier {
    return this.#parsed(name, "phone", "must be a phone number: digits only, the country code first");
  }

  /** A template that can be asked for, or none. */
  template(name: string): Purpose | undefined {
    if (!Object.hasOwn(this.#values, name)) return undefined;
    const asked = this.text(name);
    if (asked === "BindMfa" || asked === "UserPermissionValidation") return asked;
    if (asked !== "") this.#reject(name, "must be BindMfa or UserPermissionValidation");
    return undefined;
  }

  /** Ends the request where any of the fields was wrong; their values mean nothing before that. */
  end(): void {
    if (this.#wrong.length === 0) return;
    const why = this.#mistaken === undefined ? [] : [this.#mistaken];
    throw Problem.invalidInput([...this.#wrong, ...why].join("\n"));
  }

  /** Whether it is a string; where not, it is said why. */
  #isString(name: string): boolean {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    if (typeof value === "string" && value.isWellFormed()) return true;
    const must = typeof value === "string" ? "must be Unicode text" : "must be a string";
    this.#reject(name, value === undefined ? "is required" : must);
    return false;
  }

  #parsed(name: string, type: Identifier["type"], must: string): Identifier {
    const identifier = { type, value: this.text(name) };
    if (identifier.value !== "" && !isIdentifier(identifier)) this.#reject(name, must);
    return identifier;
  }

  /** Stands for a value that is never used, since the request ends. */
  #reject(name: string, what: string): "" {
    this.#wrong.push(`Error in key path "${this.#path}${name}": it ${what}.`);
    return "";
  }
}

type Format = "json" | "form" | "missing" | "unknown";

function formatOf(contentType: string | undefined): Format {
  if (contentType === undefined) return "missing";
  const [mediaType = ""] = contentType.split(";");
  const name = mediaType.trim().toLowerCase();
  if (name === "application/x-www-form-urlencoded") return "form";
  return /^application\/(.+\+)?json$/.test(name) ? "json" : "unknown";
}

/** A body of a format that is not known has no fields. */
function parse(format: Format, text: string): Values {
  if (format === "form") return parseForm(text);
  return format === "json" && text !== "" ? parseJson(text) : {};
}

/** What to tell a client whose body is not of the type it names. A form has the type that curl gives. */
function mistaken(format: Format, text: string): string | undefined {
  const types = "application/json or application/x-www-form-urlencoded";
  if (text === "" || format === "json") return undefined;
  if (format === "missing") return `The body was not read: its Content-Type is missing. It must be ${types}.`;
  if (format === "unknown") return `The body was not read: its Content-Type must be ${types}.`;
  if (!text.trimStart().startsWith("{")) return undefined;
  return "The body was read as a form, since its Content-Type is application/x-www-form-urlencoded. It looks like JSON: send it as application/json.";
}

async function readText(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const bytes = await read(body);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw Problem.invalidInput("The body is not UTF-8.");
  }
}

async function read(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_BYTES);
  let length = 0;
  try {
    for await (const chunk of body ?? []) {
      if (length + chunk.length <= MAX_BYTES) bytes.set(chunk, length);
      length += chunk.length;
      if (length > MAX_DISCARDED_BYTES) break;
    }
  } catch {
    throw Problem.invalidInput("The body ended before it was complete.");
  }
  if (length > MAX_BYTES) throw Problem.of("bodyTooLarge");
  return bytes.subarray(0, length);
}

/** Any JSON but an object has no fields. */
function parseJson(text: string): Values {
  try {
    const parsed: unknown = JSON.parse(text, refuseInfinity);
    return isObject(parsed) ? parsed : {};
  } catch {
    throw Problem.invalidInput("The body is not JSON.");
  }
}

/** JSON has no infinite numbers, but numbers that become one when they are read. */
function refuseInfinity(_: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError("a number is too large");
  return value;
}

/** Nested fields are written in brackets: `identifier[type]=email`. */
function parseForm(text: string): Values {
  const values = Object.create(null) as Values;
  for (const [name, value] of new URLSearchParams(text)) {
    const [, outer, inner] = /^(\w+)\[(\w+)\]$/.exec(name) ?? [];
    if (outer === undefined || inner === undefined) {
      values[name] = value;
    } else {
      const nested = isObject(values[outer]) ? values[outer] : (Object.create(null) as Values);
      values[outer] = Object.assign(nested, { [inner]: value });
    }
  }
  return values;
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the rules take it for one. */
export function isIdentifier(identifier: Identifier): boolean {
  try {
    canonical(identifier);
    return true;
  } catch (thrown) {
    if (isSekishoError(thrown, "identifier_invalid")) return false;
    throw thrown;
  }
}
