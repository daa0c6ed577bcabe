package sekisho

import io.lettuce.core.ScriptOutputType
import io.lettuce.core.api.async.RedisScriptingAsyncCommands
import kotlinx.coroutines.future.await

/**
 * Counters in Redis (6 or later) or Valkey, over a connection of yours: `connection.async()` of Lettuce's
 * `RedisClient` or `RedisClusterClient`.
 *
 * @param commands any number of stores and threads may share one connection.
 * @param prefix what the keys begin with; on a cluster it needs a `{hash tag}`.
 */
public class RedisCounters
    @JvmOverloads
    constructor(
        private val commands: RedisScriptingAsyncCommands<String, String>,
        private val prefix: String = "sekisho:",
    ) : CounterStore {
        override suspend fun add(ops: List<CounterOp>): List<Long> {
            val keys = Array(ops.size) { prefix + ops[it].key }
            val arguments = ops.flatMap { listOf(it.delta, it.ttl) }.map(Long::toString).toTypedArray()
            val counts = commands.eval<List<String>>(SCRIPT, ScriptOutputType.MULTI, keys, *arguments).await()
            return counts.map(String::toLong)
        }

        private companion object {
            /** One round trip for each batch, atomic; expiry is set once, when a counter is created. */
            val SCRIPT =
                """
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
                return counts
                """.trimIndent()
        }
    }
