#!/bin/sh
# The Ktor example on the Kotlin package: the HTTP contract, black box. Needs the package in the local
# repository of the cache folder, where tests/kotlin-package.sh installs it.
set -eu
cd "$(dirname "$0")/.."
. tests/setup/cache.sh
. tests/setup/maven.sh
. tests/example.sh
example=bindings-uniffi/kotlin/examples/ktor

# Not earlier: it wants the package.
install_maven "$example" ktor "the Ktor example's packages"
maven --file "$example/pom.xml" package

serve() { exec java -jar "$example/target/account-api.jar" "$@"; }

cat >"$work/Keys.java" <<'JAVA'
class Keys {
    public static void main(String[] arguments) {
        System.out.println(sekisho.KeyRing.generate(sekisho.Environment.PRODUCTION).toText());
    }
}
JAVA
keys=$(java -cp "$example/target/lib/*" "$work/Keys.java")
hold_to_contract "$keys" "$@"
