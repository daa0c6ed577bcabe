#!/bin/sh
# The Ktor example on the Kotlin package: the HTTP contract, black box. Needs the package in the local
# repository of the cache folder, where tests/kotlin-package.sh installs it.
set -eu
cd "$(dirname "$0")/.."
. tests/setup/cache.sh
. tests/setup/maven.sh
example=bindings-uniffi/kotlin/examples/ktor
work=$(mktemp -d)
stop() { kill $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null || true; wait; rm -rf "$work"; }
trap stop EXIT
trap 'exit 1' INT TERM

# Not earlier: it wants the package.
install_maven "$example" ktor "the Ktor example's packages"
maven --file "$example/pom.xml" package

# Starts the example as $1, with the options that follow, and waits for its address.
start() {
  name=$1
  shift
  java -jar "$example/target/account-api.jar" --listen 127.0.0.1:0 "$@" >"$work/$name.log" 2>&1 &
  echo $! >"$work/$name.pid"
  for _ in $(seq 600); do
    address=$(sed -n 's,^\(http://[0-9.:]*\)$,\1,p' "$work/$name.log")
    [ -z "$address" ] || return 0
    kill -0 "$(cat "$work/$name.pid")" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/$name.log" >&2
  echo "ktor: the example did not start" >&2
  exit 1
}

cat >"$work/Keys.java" <<'JAVA'
class Keys {
    public static void main(String[] arguments) {
        System.out.println(sekisho.KeyRing.generate(sekisho.Environment.PRODUCTION).toText());
    }
}
JAVA
SEKISHO_KEYS=$(java -cp "$example/target/lib/*" "$work/Keys.java")
export SEKISHO_KEYS
export SEKISHO_DATABASE="$work/users.db" SEKISHO_ACCESS_TOKEN_ISSUER=https://id.example.com \
  SEKISHO_ACCESS_TOKEN_AUDIENCE=https://account.example.com \
  SEKISHO_ACCESS_TOKEN_JWKS_URL=https://id.example.com/jwks \
  SEKISHO_SMTP_URL=smtp://127.0.0.1:9 SEKISHO_MAIL_FROM=no-reply@example.com
start production
SEKISHO_PRODUCTION_URL=$address
start dev --dev
SEKISHO_BASE_URL=$address
export SEKISHO_BASE_URL SEKISHO_PRODUCTION_URL
cargo run --locked --quiet -p sekisho-conformance -- "$@"
