import { bytesIfAny, text } from "./argument.js";
import { secondsNow } from "./clock.js";
import { answered } from "./error.js";
import * as wasm from "./wasm.js";

/** Where a ring is for: what a development ring sealed no production ring opens. */
export type Environment = "production" | "development";

/** A key's id and times, without its secret. Times are Unix seconds. */
export interface KeyTimes {
  readonly kid: string;
  /** From this time on it may seal; the latest such key is the one that does. */
  readonly sealsFrom: number;
  /** From this time on it opens nothing; undefined until it is retired. */
  readonly opensUntil: number | undefined;
}

/** Options of calls that draw randomness or need the time. */
export interface CallOptions {
  /** Unix seconds; the system's clock if not given. */
  readonly now?: number;
  /** For tests: 32 bytes in place of the platform's randomness. */
  readonly entropy?: Uint8Array;
}

/** The key ring: one key seals, several open, each with its times. A ring never changes. */
export class KeyRing {
  /** @internal */
  readonly wasm: wasm.KeyRing;

  private constructor(ring: wasm.KeyRing) {
    this.wasm = ring;
  }

  /**
   * Reads a ring's text, as `sekisho-server keys generate` prints it and {@link toText} gives it.
   *
   * @param ring The text, or its UTF-8 bytes.
   * @throws SekishoError `key_ring_malformed`, `key_weak`, `key_repeated`.
   */
  static parse(ring: string | Uint8Array): KeyRing {
    const read = ring instanceof Uint8Array ? new TextDecoder().decode(ring) : text("ring", ring);
    return new KeyRing(answered(wasm.KeyRing.parse([read])));
  }

  /** Draws a new ring of one key. */
  static generate(environment: Environment, { now = secondsNow(), entropy }: CallOptions = {}): KeyRing {
    return new KeyRing(answered(wasm.KeyRing.generate([environment === "production", now, bytesIfAny("entropy", entropy)])));
  }

  /** The ring with one more key, which seals from a time on. */
  rotate(sealsFrom: number, { now = secondsNow(), entropy }: CallOptions = {}): KeyRing {
    return new KeyRing(answered(this.wasm.rotate([sealsFrom, now, bytesIfAny("entropy", entropy)])));
  }

  /** The ring in which a key opens nothing from a time on. */
  retire(kid: string, at: number): KeyRing {
    return new KeyRing(answered(this.wasm.retire([text("kid", kid), at])));
  }

  /** The ring's text, which is the secret itself. */
  toText(): string {
    return this.wasm.toText();
  }

  get environment(): Environment {
    return this.wasm.environment() as Environment;
  }

  /** The ids and times of the keys: what may be listed and logged. */
  get keys(): KeyTimes[] {
    const flat = this.wasm.keys() as (string | number | undefined)[];
    const keys: KeyTimes[] = [];
    for (let at = 0; at < flat.length; at += 3) {
      const [kid, sealsFrom, opensUntil] = flat.slice(at, at + 3) as [string, number, number?];
      keys.push({ kid, sealsFrom, opensUntil });
    }
    return keys;
  }

  /** The id of the key that seals at a time. */
  sealsWith(now: number = secondsNow()): string {
    return answered(this.wasm.sealsWith([now]));
  }

  /** Wipes the keys. */
  [Symbol.dispose](): void {
    this.wasm.free();
  }

  /** Shows nothing of the secret. */
  toJSON(): unknown {
    return { environment: this.environment, keys: this.keys };
  }
}
