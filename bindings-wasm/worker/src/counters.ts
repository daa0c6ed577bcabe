/** Counters: a Durable Object for each user, and one for each recipient of messages. */

import type { CounterStore } from "sekisho";
import { type CounterNamespace, DurableObjectCounters } from "sekisho/cloudflare";

import type { Clock } from "./clock";

export class Counters {
  readonly #namespace: CounterNamespace;
  readonly #clock: () => number;

  constructor(namespace: CounterNamespace, clock: Clock) {
    this.#namespace = namespace;
    this.#clock = () => clock.seconds();
  }

  /** For checking passwords and codes and for using records. */
  ofUser(id: string): CounterStore {
    return new DurableObjectCounters(this.#namespace, id, this.#clock);
  }

  /** For sending one code. */
  ofRecipient(): CounterStore {
    return DurableObjectCounters.forSending(this.#namespace, this.#clock);
  }
}
