import sekisho.Environment
import sekisho.KeyRing

fun main() = println(KeyRing.generate(Environment.PRODUCTION).toText())
