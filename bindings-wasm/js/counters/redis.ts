import type { CounterOp, CounterStore } from "./store.js";

/**
 * Runs the script on Redis or Valkey with your client:
 *
 * - `redis`: `(script, keys, args) => client.eval(script, { keys, arguments: args })`
 * - `ioredis`: `(script, keys, args) => client.eval(script, keys.length, ...keys, ...args)`
 * - `@upstash/redis`: `(script, keys, args) => client.eval(script, keys, args)`
 *
 * It must fail where the server is away. The first two clients keep commands until it is back unless told
 * otherwise: `disableOfflineQueue: true` for `redis`, `enableOfflineQueue: false` for `ioredis`.
 */
export type RedisEval = (script: string, keys: string[], args: string[]) => Promise<unknown>;

/** One round trip for each batch, atomic; expiry is set once, when a counter is created. */
const SCRIPT = `
local counts = {}
for i, key in ipairs(KEYS) do
  local delta, ttl = tonumber(ARGV[2 * i - 1]), ARGV[2 * i]
  local count = tonumber(redis.call('GET', key) or '0')
  local new = math.max(0, count + delta)
  if delta > 0 and count == 0 then
    redis.call('SET', key, string.format('%.0f', new), 'EX', ttl)
  elseif delta ~= 0 and count > 0 then
    if new == 0 then
      redis.call('DEL', key)
    else
      redis.call('SET', key, string.format('%.0f', new), 'KEEPTTL')
    end
  end
  counts[i] = string.format('%.0f', new)
end
return counts`;

/** Counters in Redis (6 or later) or Valkey, over a client of yours. */
export class RedisCounters implements CounterStore {
  readonly #evaluate: RedisEval;
  readonly #prefix: string;

  /** @param prefix What the keys begin with; on a cluster it needs a `{hash tag}`. */
  constructor(evaluate: RedisEval, prefix = "sekisho:") {
    this.#evaluate = evaluate;
    this.#prefix = prefix;
  }

  async add(ops: readonly CounterOp[]): Promise<number[]> {
    const keys = ops.map((op) => this.#prefix + op.key);
    const args = ops.flatMap((op) => [op.delta.toString(), op.ttl.toString()]);
    const counts = await this.#evaluate(SCRIPT, keys, args);
    if (!Array.isArray(counts)) throw new Error("Redis answered with no list of counts");
    return counts.map(Number);
  }
}
