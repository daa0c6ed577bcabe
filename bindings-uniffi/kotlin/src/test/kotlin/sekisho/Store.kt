package sekisho

import io.lettuce.core.RedisClient
import io.lettuce.core.RedisURI
import io.lettuce.core.api.StatefulRedisConnection

/** A counter store of each kind. */
enum class Store {
    MEMORY,
    REDIS,
    ;

    /** One that is empty. */
    fun counters(): CounterStore {
        if (this == MEMORY) return MemoryCounters()
        sekisho.REDIS.sync().flushall()
        return RedisCounters(sekisho.REDIS.async())
    }
}

/** A real Redis, until this process ends. */
val REDIS: StatefulRedisConnection<String, String> by lazy {
    val server = RedisServer.start()
    Runtime.getRuntime().addShutdownHook(Thread(server::close))
    RedisClient.create(RedisURI.create("127.0.0.1", server.port)).connect()
}
