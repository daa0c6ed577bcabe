#!/bin/sh
# The Kotlin package, warmed up, beside java-jwt and Nimbus; the table goes to target/bench/kotlin.md.
set -eu
cd "$(dirname "$0")/../.."
. tests/setup/cache.sh
. tests/setup/maven.sh

sh tests/setup/kotlin-package.sh
sh bindings-uniffi/kotlin/build.sh
# Not earlier: it wants the package.
install_maven tests/bench/kotlin kotlin-bench "what the Kotlin package is measured against"
maven --file tests/bench/kotlin/pom.xml compile
report=${CARGO_TARGET_DIR:-target}/bench
mkdir -p "$report"
java -cp "tests/bench/kotlin/target/classes:tests/bench/kotlin/target/lib/*" BenchKt "$report/kotlin.md"
