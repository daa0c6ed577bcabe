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
 * passwords and codes, using records and unblocking count; and one for each recipient of codes, or a
 * recipient would have a budget with every user.
 */
export class DurableObjectCounters implements CounterStore {
  readonly #namespace: CounterNamespace;
  #name: string | undefined;
  readonly #clock: () => number;

  /**
   * The counters of a user.
   *
   * @param name The user's id.
   * @param clock The time in seconds since 1970; the system's if not given.
   */
  constructor(namespace: CounterNamespace, name: string, clock?: () => number);

  /** @internal */
  constructor(namespace: CounterNamespace, name: string | undefined, clock?: () => number);

  constructor(
    namespace: CounterNamespace,
    name: string | undefined,
    clock: () => number = () => Math.floor(Date.now() / 1000),
  ) {
    this.#namespace = namespace;
    this.#name = name;
    this.#clock = clock;
  }

  /**
   * The counters of whom one code is sent to. The object's name is the key of their first counter, a
   * keyed digest: no object is named by an address.
   */
  static forSending(namespace: CounterNamespace, clock?: () => number): DurableObjectCounters {
    return new DurableObjectCounters(namespace, undefined, clock);
  }

  async add(ops: readonly CounterOp[]): Promise<number[]> {
    this.#name ??= ops[0]?.key ?? "";
    const id = this.#namespace.idFromName(this.#name);
    const object = this.#namespace.get(id) as unknown as Pick<CounterObject, "add">;
    return object.add(ops, this.#clock());
  }
}
