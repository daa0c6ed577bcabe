package accountapi

import java.time.Duration
import java.time.Instant
import java.time.InstantSource
import java.util.concurrent.atomic.AtomicLong

/** The one clock: what every check, counter and token means by *now*. Dev mode can move it forward. */
class Clock : InstantSource {
    /** Seconds ahead of the system's. */
    val advanced = AtomicLong()

    override fun instant(): Instant = Instant.now() + Duration.ofSeconds(advanced.get())

    /** For the rules and tokens: whole seconds since 1970. */
    fun seconds(): Long = instant().epochSecond
}
