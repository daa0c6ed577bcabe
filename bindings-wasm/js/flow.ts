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

  /** @internal */
  constructor(held: Held, describe: (outcome: Answer) => T) {
    this.#held = held;
    this.#describe = describe;
  }

  /** The additions to make, in this order, each atomic by itself; undefined where it has ended. */
  get ops(): CounterOp[] | undefined {
    const asked = call(Call.Ops, { into: this.#held });
    const ops: CounterOp[] = [];
    while (!asked.isAtEnd) {
      ops.push({ key: asked.text(), delta: asked.number(), ttl: asked.number() });
    }
    return ops.length > 0 ? ops : undefined;
  }

  /** Goes on with the counters' new values. Such as no store can have end it, refusing. */
  resume(counts: readonly number[]): void {
    const numbers = Array.isArray(counts) ? counts : [];
    call(Call.Resume, { into: this.#held }, ...numbers.map((count) => (typeof count === "number" ? count : NaN)));
  }

  /**
   * What the flow came to. It tells that once.
   *
   * @throws SekishoError where it was refused.
   */
  outcome(): T {
    return this.#describe(call(Call.Outcome, { into: this.#held }));
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
}

/** Drives a flow to its end over a store. A store that fails ends it, refusing. */
export async function drive<T>(flow: Flow<T>, counters: CounterStore): Promise<T> {
  try {
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
