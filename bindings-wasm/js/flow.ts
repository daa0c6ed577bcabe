/** The one shape of every flow: it asks for counters, they are added, it resumes. */

import type { CounterOp, CounterStore } from "./counters/store.js";
import { failure } from "./error.js";
import type { Answer } from "./message.js";
import { Call, call, type Held } from "./wasm.js";

/**
 * A flow under way. Add its {@link ops} in your store and {@link resume} with the new values, until
 * there are none; then {@link outcome} has what it came to. Dropping it allows nothing.
 */
export class Flow<T> {
  readonly #held: Held;
  #isReleased = false;
  readonly #describe: (outcome: Answer) => T;
  #ops: CounterOp[] | undefined;
  /** How many additions it asks for, whatever a store does to their list. */
  #count = 0;
  /** What it came to, until that is told. */
  #outcome: Answer | undefined;

  /** @internal */
  constructor(held: Held, stands: Answer, describe: (outcome: Answer) => T) {
    this.#held = held;
    this.#describe = describe;
    this.#stands(stands);
  }

  /** The additions to make, in this order, each atomic by itself; undefined where it has ended. */
  get ops(): CounterOp[] | undefined {
    return this.#ops;
  }

  /** Goes on with the counters' new values. Such as no store can have end it, refusing. */
  resume(counts: readonly number[]): void {
    if (this.#ops === undefined) return;
    const numbers = Array.isArray(counts) && counts.length === this.#count ? [...counts] : [];
    const values = numbers.map((count) => (typeof count === "number" ? count : NaN));
    this.#stands(call(Call.Resume, { into: this.#held }, ...values));
  }

  /**
   * What the flow came to. It tells that once.
   *
   * @throws SekishoError where it was refused.
   */
  outcome(): T {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    // It was left in the middle, or has told its outcome before.
    if (outcome === undefined) throw failure("counter_store_failed");
    if (outcome.isRefusal) throw outcome.failure();
    return this.#describe(outcome);
  }

  /**
   * What is held where the flow was, and no longer its own.
   *
   * @internal
   */
  release(): Held {
    this.#isReleased = true;
    return this.#held;
  }

  [Symbol.dispose](): void {
    if (!this.#isReleased) this.#held.free();
  }

  #stands(answer: Answer): void {
    this.#ops = answer.asksForAdditions ? additions(answer) : undefined;
    this.#count = this.#ops?.length ?? 0;
    this.#outcome = this.#ops ? undefined : answer;
  }
}

function additions(asked: Answer): CounterOp[] {
  const ops: CounterOp[] = [];
  while (!asked.isAtEnd) ops.push({ key: asked.text(), delta: asked.number(), ttl: asked.number() });
  return ops;
}

/**
 * Drives a flow to its end over a store. A store that fails ends it, refusing.
 *
 * @throws TypeError for counters that are no store.
 */
export async function drive<T>(flow: Flow<T>, counters: CounterStore): Promise<T> {
  try {
    if (typeof counters?.add !== "function") throw new TypeError("counters must have a method add: see CounterStore");
    for (let ops = flow.ops; ops !== undefined; ops = flow.ops) {
      flow.resume(await added(counters, ops));
    }
    return flow.outcome();
  } finally {
    flow[Symbol.dispose]();
  }
}

async function added(counters: CounterStore, ops: CounterOp[]): Promise<readonly number[]> {
  try {
    return await counters.add(ops);
  } catch (cause) {
    throw failure("counter_store_failed", undefined, { cause });
  }
}
