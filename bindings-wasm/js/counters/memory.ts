import type { CounterOp, CounterStore } from "./store.js";

interface Counter {
  count: number;
  expiresAt: number;
}

/** After this many additions what has expired is removed. */
const SWEEP_INTERVAL = 10_000;

/**
 * Counters in the memory of this process, for development, tests and servers that are one process.
 * They are gone when it ends, and with them every budget and every mark of a used code.
 */
export class MemoryCounters implements CounterStore {
  readonly #counters = new Map<string, Counter>();
  readonly #clock: () => number;
  #additions = 0;

  /** @param clock The time in seconds since 1970; the system's if not given. */
  constructor(clock: () => number = () => Math.floor(Date.now() / 1000)) {
    this.#clock = clock;
  }

  async add(ops: readonly CounterOp[]): Promise<number[]> {
    const now = this.#clock();
    this.#additions += ops.length;
    if (this.#additions >= SWEEP_INTERVAL) this.#sweep(now);
    return ops.map((op) => this.#addOne(op, now));
  }

  #addOne({ key, delta, ttl }: CounterOp, now: number): number {
    const counter = this.#counters.get(key);
    if (counter === undefined || counter.expiresAt <= now) {
      if (delta <= 0) return 0;
      this.#counters.set(key, { count: delta, expiresAt: now + ttl });
      return delta;
    }
    counter.count = Math.max(0, counter.count + delta);
    if (counter.count === 0) this.#counters.delete(key);
    return counter.count;
  }

  #sweep(now: number): void {
    this.#additions = 0;
    for (const [key, { expiresAt }] of this.#counters) {
      if (expiresAt <= now) this.#counters.delete(key);
    }
  }
}
