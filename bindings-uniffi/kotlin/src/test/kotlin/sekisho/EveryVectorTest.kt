package sekisho

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Order
import org.junit.jupiter.api.Test

/** Comes after the classes that run the vectors, by junit-platform.properties. */
@Order(Int.MAX_VALUE)
class EveryVectorTest {
    @Test
    fun `every vector of the folder has run`() {
        assertEquals(emptySet<String>(), everyVector() - RunVectors.RUN, "have not run")
    }
}
