/** Arguments and answers as they cross to the module and back: values with their lengths before them. */

import { failureAt, SekishoError } from "./error.js";

/** What crosses over. */
export type Argument = string | number | boolean | Uint8Array | undefined;

/** Stands for the length of what is undefined. */
const UNDEFINED = 0xffff_ffff;
const LENGTH_BYTES = 4;
const NUMBER_BYTES = 8;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The arguments of a call. */
export function encoded(values: readonly Argument[]): Uint8Array {
  const parts: (string | number | boolean | Uint8Array | undefined)[] = [];
  let length = 0;
  for (const value of values) {
    const part = typeof value === "string" && !ASCII.test(value) ? utf8(value) : value;
    parts.push(part);
    length += LENGTH_BYTES + lengthOf(part);
  }
  if (length > MAX_BYTES) throw new SekishoError("out_of_memory", "The arguments of this call are larger than 1 GiB.");
  const message = new Uint8Array(length);
  const view = new DataView(message.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part === undefined ? UNDEFINED : lengthOf(part), true);
    at += LENGTH_BYTES;
    write(part, message, view, at);
    at += lengthOf(part);
  }
  return message;
}

/** Above this the module's memory, which ends at 4 GiB, may have no room for what is made of them. */
const MAX_BYTES = 2 ** 30;

/** Half of a character: an encoder makes the same of all of them, and so one text of many. */
const LONE_SURROGATE = /\p{Cs}/u;
/** Is no UTF-8, which the rules refuse by the name of what it stands for. */
const NO_TEXT = Uint8Array.of(0xff);

function utf8(text: string): Uint8Array {
  return LONE_SURROGATE.test(text) ? NO_TEXT : encoder.encode(text);
}

/** What is written a character a byte, which takes a fraction of what an encoder takes for short ones. */
const ASCII = /^[\0-\x7f]*$/;

function lengthOf(part: Argument): number {
  switch (typeof part) {
    case "undefined":
      return 0;
    case "boolean":
      return 1;
    case "number":
      return NUMBER_BYTES;
    default:
      return part.length;
  }
}

function write(part: Argument, message: Uint8Array, view: DataView, at: number): void {
  if (typeof part === "string") {
    for (let place = 0; place < part.length; place += 1) message[at + place] = part.charCodeAt(place);
  } else if (typeof part === "number") {
    view.setFloat64(at, part, true);
  } else if (typeof part === "boolean") {
    message[at] = part ? 1 : 0;
  } else if (part !== undefined) {
    message.set(part, at);
  }
}

/** The first byte of an answer that asks for additions. */
const ADDITIONS = 0xff;
/** The first byte of what a flow came to where it refused; what a failed call answers follows. */
const REFUSAL = 0xfe;

/** What a call answered, read from its beginning. */
export class Answer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether the call failed. */
  get isFailure(): boolean {
    const first = this.#bytes[0] as number;
    return first !== 0 && first < REFUSAL;
  }

  get asksForAdditions(): boolean {
    return this.#bytes[0] === ADDITIONS;
  }

  get isRefusal(): boolean {
    return this.#bytes[0] === REFUSAL;
  }

  /** Why the call failed, or the flow refused. */
  failure(): SekishoError {
    const place = this.#bytes[this.isRefusal ? this.#at++ : 0] as number;
    return failureAt(place - 1, this.number());
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  text(): string {
    const length = this.#length();
    if (length === undefined) return "";
    const text = decoder.decode(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return text;
  }

  number(): number {
    return this.numberIfAny() ?? NaN;
  }

  numberIfAny(): number | undefined {
    if (this.#length() === undefined) return undefined;
    const number = this.#view.getFloat64(this.#at, true);
    this.#at += NUMBER_BYTES;
    return number;
  }

  flag(): boolean {
    this.#length();
    const flag = this.#bytes[this.#at] === 1;
    this.#at += 1;
    return flag;
  }

  /** The texts up to the end. */
  texts<T extends string>(): T[] {
    const texts: T[] = [];
    while (!this.isAtEnd) texts.push(this.text() as T);
    return texts;
  }

  #length(): number | undefined {
    const length = this.#view.getUint32(this.#at, true);
    this.#at += LENGTH_BYTES;
    return length === UNDEFINED ? undefined : length;
  }
}
