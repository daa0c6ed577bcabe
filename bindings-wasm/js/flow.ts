/** The one shape of every flow: it asks for counters, they are added, it resumes. */

import type { CounterOp, CounterStore } from "./counters/store.js";
import { answered, failure } from "./error.js";
import type * as wasm from "./wasm.js";

/**
 * A flow under way. Add its {@link ops} in your store and {@link resume} with the new values, until
 * there are none; then {@link outcome} has what it came to. Dropping it allows nothing.
 */
export class Flow<T> {
  readonly #wasm: wasm.Flow;
  readonly #describe: (outcome: unknown) => T;

  /** @internal */
  constructor(flow: wasm.Flow, describe: (outcome: unknown) => T) {
    this.#wasm = flow;
    this.#describe = describe;
  }

  /** The additions to make, in this order, each atomic by itself; undefined where it has ended. */
  get ops(): CounterOp[] | undefined {
    const flat = this.#wasm.ops() as (string | number)[] | undefined;
    if (flat === undefined) return undefined;
    const ops: CounterOp[] = [];
    for (let at = 0; at < flat.length; at += 3) {
      ops.push({ key: flat[at] as string, delta: flat[at + 1] as number, ttl: flat[at + 2] as number });
    }
    return ops;
  }

  /** Goes on with the counters' new values. Such as no store can have end it, refusing. */
  resume(counts: readonly number[]): void {
    const numbers = Array.isArray(counts) ? counts : [];
    this.#wasm.resume(Float64Array.from(numbers, (count) => (typeof count === "number" ? count : NaN)));
  }

  /**
   * What the flow came to. It tells that once.
   *
   * @throws SekishoError where it was refused.
   */
  outcome(): T {
    const outcome = answered(this.#wasm.outcome());
    return this.#describe(outcome);
  }

  [Symbol.dispose](): void {
    this.#wasm.free();
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
