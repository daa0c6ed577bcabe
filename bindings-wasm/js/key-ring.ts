import { number, random, text } from "./argument.js";
import { secondsNow } from "./clock.js";
import { Call, call, type Held, made } from "./wasm.js";

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
  readonly held: Held;

  private constructor(held: Held) {
    this.held = held;
  }

  /**
   * Reads a ring's text, as `sekisho-server keys generate` prints it and {@link toText} gives it.
   *
   * @param ring The text, or its UTF-8 bytes.
   * @throws SekishoError `key_ring_malformed`, `key_weak`, `key_repeated`.
   */
  static parse(ring: string | Uint8Array): KeyRing {
    const read = ring instanceof Uint8Array ? new TextDecoder().decode(ring) : text("ring", ring);
    return new KeyRing(made(Call.ParseKeys, {}, read));
  }

  /** Draws a new ring of one key. */
  static generate(environment: Environment, { now = secondsNow(), entropy }: CallOptions = {}): KeyRing {
    const [time, bytes] = [number("now", now), random("entropy", entropy, 32)];
    return new KeyRing(made(Call.GenerateKeys, {}, isProduction(environment), time, bytes));
  }

  /** The ring with one more key, which seals from a time on. */
  rotate(sealsFrom: number, { now = secondsNow(), entropy }: CallOptions = {}): KeyRing {
    const times = [number("sealsFrom", sealsFrom), number("now", now)];
    return new KeyRing(made(Call.RotateKeys, { of: this.held }, ...times, random("entropy", entropy, 32)));
  }

  /** The ring in which a key opens nothing from a time on. */
  retire(kid: string, at: number): KeyRing {
    return new KeyRing(made(Call.RetireKey, { of: this.held }, text("kid", kid), number("at", at)));
  }

  /** The ring's text, which is the secret itself. */
  toText(): string {
    return call(Call.KeysToText, { of: this.held }).text();
  }

  get environment(): Environment {
    return call(Call.Environment, { of: this.held }).text() as Environment;
  }

  /** The ids and times of the keys: what may be listed and logged. */
  get keys(): KeyTimes[] {
    const times = call(Call.KeyTimes, { of: this.held });
    const keys: KeyTimes[] = [];
    while (!times.isAtEnd) {
      keys.push({ kid: times.text(), sealsFrom: times.number(), opensUntil: times.numberIfAny() });
    }
    return keys;
  }

  /** The id of the key that seals at a time. */
  sealsWith(now: number = secondsNow()): string {
    return call(Call.SealsWith, { of: this.held }, number("now", now)).text();
  }

  /** Wipes the keys. */
  [Symbol.dispose](): void {
    this.held.free();
  }

  /** Shows nothing of the secret. */
  toJSON(): unknown {
    return { environment: this.environment, keys: this.keys };
  }
}

/** A mistyped word must not make a ring for the other place. */
function isProduction(environment: Environment): boolean {
  if (environment === "production" || environment === "development") return environment === "production";
  throw new TypeError(`environment must be "production" or "development", not ${String(environment)}`);
}
