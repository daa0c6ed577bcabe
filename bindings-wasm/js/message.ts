/** Arguments and answers as they cross to the module and back: values with their lengths before them. */

/** What crosses over. */
export type Argument = string | number | boolean | Uint8Array | undefined;

/** Stands for the length of what is undefined. */
const UNDEFINED = 0xffff_ffff;
const LENGTH_BYTES = 4;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The arguments of a call. */
export function encoded(values: readonly Argument[]): Uint8Array {
  const parts = values.map((value) => (value === undefined ? undefined : bytesOf(value)));
  const length = parts.reduce((sum, part) => sum + LENGTH_BYTES + (part?.length ?? 0), 0);
  const message = new Uint8Array(length);
  const view = new DataView(message.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part?.length ?? UNDEFINED, true);
    at += LENGTH_BYTES;
    message.set(part ?? [], at);
    at += part?.length ?? 0;
  }
  return message;
}

function bytesOf(value: string | number | boolean | Uint8Array): Uint8Array {
  if (typeof value === "string") return encoder.encode(value);
  if (typeof value === "boolean") return Uint8Array.of(value ? 1 : 0);
  if (typeof value !== "number") return value;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

/** What a call answered, read from its beginning. */
export class Answer {
  readonly #view: DataView;
  #at = 1;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where the call failed, the place of its code in the registry; seconds to wait follow. */
  failurePlace(): number | undefined {
    const first = this.#view.getUint8(0);
    return first === 0 ? undefined : first - 1;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#view.byteLength;
  }

  text(): string {
    return decoder.decode(this.#next());
  }

  number(): number {
    return this.numberIfAny() ?? NaN;
  }

  numberIfAny(): number | undefined {
    const next = this.#next();
    return next?.getFloat64(0, true);
  }

  flag(): boolean {
    return this.#next()?.getUint8(0) === 1;
  }

  /** The texts up to the end. */
  texts<T extends string>(): T[] {
    const texts: T[] = [];
    while (!this.isAtEnd) texts.push(this.text() as T);
    return texts;
  }

  #next(): DataView | undefined {
    const length = this.#view.getUint32(this.#at, true);
    this.#at += LENGTH_BYTES;
    if (length === UNDEFINED) return undefined;
    const next = new DataView(this.#view.buffer, this.#view.byteOffset + this.#at, length);
    this.#at += length;
    return next;
  }
}
