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

  /** For sending one code of this user's again. */
  ofUserAndRecipient(id: string): CounterStore {
    return DurableObjectCounters.forResending(this.#namespace, id, this.#clock);
  }

  /** Names the user's counters to whoever is not signed in: 64 hexadecimal digits, which name nobody. */
  place(id: string): string {
    return this.#namespace.idFromName(id).toString();
  }

  /** The counters of a place, if it is one. */
  at(place: string): CounterStore | undefined {
    try {
      return new DurableObjectCounters(this.#namespace, this.#namespace.idFromString(place), this.#clock);
    } catch {
      return undefined;
    }
  }
}
