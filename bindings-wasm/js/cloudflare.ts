/** Counters in Durable Objects. */

import { DurableObject } from "cloudflare:workers";

import type { CounterOp, CounterStore } from "./counters/store.js";

/** How often what has expired is removed, in milliseconds. */
const SWEEP_INTERVAL = 3_600_000;

const CREATE = `
  CREATE TABLE IF NOT EXISTS counters (
    key TEXT PRIMARY KEY, count INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`;

const READ = "SELECT count, expires_at FROM counters WHERE key = ? AND expires_at > ? AND count > 0";

const WRITE = `
  INSERT INTO counters (key, count, expires_at) VALUES (?1, ?2, ?3)
  ON CONFLICT (key) DO UPDATE SET count = ?2, expires_at = ?3`;

/**
 * A Durable Object that keeps counters in its SQLite database. It does one thing at a time, so every
 * addition is atomic. Export it from your worker and declare it under `new_sqlite_classes`.
 */
export class CounterObject<Env = unknown> extends DurableObject<Env> {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    state.storage.sql.exec(CREATE);
  }

  /** Makes the additions; `now` is the time in seconds. All of them are kept, or none. */
  async add(ops: readonly CounterOp[], now: number): Promise<number[]> {
    const counts = this.ctx.storage.transactionSync(() => ops.map((op) => this.#addOne(op, now)));
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(Date.now() + SWEEP_INTERVAL);
    }
    return counts;
  }

  /** Forgets every counter. */
  async clear(): Promise<void> {
    this.ctx.storage.sql.exec("DELETE FROM counters");
  }

  override async alarm(): Promise<void> {
    this.ctx.storage.sql.exec("DELETE FROM counters WHERE expires_at <= ?", Math.floor(Date.now() / 1000));
    const left = this.ctx.storage.sql.exec("SELECT 1 FROM counters LIMIT 1").toArray();
    if (left.length > 0) await this.ctx.storage.setAlarm(Date.now() + SWEEP_INTERVAL);
  }

  #addOne({ key, delta, ttl }: CounterOp, now: number): number {
    const { sql } = this.ctx.storage;
    const [found] = sql.exec<{ count: number; expires_at: number }>(READ, key, now).toArray();
    if (found === undefined && delta <= 0) return 0;
    const count = Math.max(0, (found?.count ?? 0) + delta);
    if (delta !== 0) sql.exec(WRITE, key, count, found?.expires_at ?? now + ttl);
    return count;
  }
}

/** The namespace of {@link CounterObject}s in a worker's environment. */
export type CounterNamespace = DurableObjectNamespace<CounterObject>;

/**
 * Counters in Durable Objects of a namespace: one object for each user, which has all that checking
 * passwords and codes, using and revoking records and unblocking count; and one for each recipient of
 * codes, or a recipient would have a budget with every user.
 */
export class DurableObjectCounters implements CounterStore {
  readonly #namespace: CounterNamespace;
  readonly #clock: () => number;
  /** Whose object the next additions are made in; the one that the first of them names if undefined. */
  #of: string | DurableObjectId | undefined;
  #isSwitchingToRecipient = false;

  /**
   * The counters of a user.
   *
   * @param user The user's id; or the id of their object, `namespace.idFromName(user)`. The text of that
   *   names nobody and can be had only from the namespace: a link that revokes without signing in carries
   *   it beside the revocation, and `namespace.idFromString` has it back.
   * @param clock The time in seconds since 1970; the system's if not given.
   */
  constructor(namespace: CounterNamespace, user: string | DurableObjectId, clock?: () => number);

  /** @internal */
  constructor(namespace: CounterNamespace, user: string | DurableObjectId | undefined, clock?: () => number);

  constructor(
    namespace: CounterNamespace,
    user: string | DurableObjectId | undefined,
    clock: () => number = () => Math.floor(Date.now() / 1000),
  ) {
    this.#namespace = namespace;
    this.#of = user;
    this.#clock = clock;
  }

  /**
   * The counters of whom one code is sent to. The object's name is the key of their first counter, a
   * keyed digest: no object is named by an address.
   */
  static forSending(namespace: CounterNamespace, clock?: () => number): DurableObjectCounters {
    return new DurableObjectCounters(namespace, undefined, clock);
  }

  /** For sending one code again: the counters of its challenge, with the user's, then the recipient's. */
  static forResending(namespace: CounterNamespace, user: string, clock?: () => number): DurableObjectCounters {
    const counters = new DurableObjectCounters(namespace, user, clock);
    counters.#isSwitchingToRecipient = true;
    return counters;
  }

  async add(ops: readonly CounterOp[]): Promise<number[]> {
    this.#of ??= ops[0]?.key ?? "";
    const id = typeof this.#of === "string" ? this.#namespace.idFromName(this.#of) : this.#of;
    if (this.#isSwitchingToRecipient) this.#of = undefined;
    this.#isSwitchingToRecipient = false;
    const object = this.#namespace.get(id) as unknown as Pick<CounterObject, "add">;
    return object.add(ops, this.#clock());
  }
}
