#!/bin/sh
# Servers that keep nothing on their own disk: the HTTP contract, black box, on PostgreSQL, on PostgreSQL
# and Redis, and on three servers behind HAProxy, which gives each request to the next of them.
set -eu
cd "$(dirname "$0")/.."
binary=${SEKISHO_SERVER_BIN:?is the path of the server to start}
. tests/stores.sh

# Starts the server as $1, with the options that follow, and waits for its address.
start() {
  name=$1
  shift
  : >"$work/$name.log"
  SEKISHO_LOG_LEVEL=error "$binary" serve --listen 127.0.0.1:0 "$@" >"$work/$name.log" 2>&1 &
  pid=$!
  pids="$pids $pid"
  for _ in $(seq 600); do
    address=$(sed -n 's,^\(http://[0-9.:]*\)$,\1,p' "$work/$name.log")
    [ -z "$address" ] || return 0
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/$name.log" >&2
  die "the server $name did not start"
}

# Puts the servers at the addresses that follow behind one.
start_haproxy() {
  command -v haproxy >/dev/null || die "HAProxy is missing: make setup installs it"
  port=$(free_port)
  {
    cat <<CONF
defaults
  mode http
  timeout connect 5s
  timeout client 2m
  timeout server 2m
frontend entrance
  bind 127.0.0.1:$port
  default_backend servers
backend servers
  balance roundrobin
  option httpchk GET /readyz
CONF
    for server; do echo "  server s${server##*:} ${server#http://} check"; done
  } >"$work/haproxy.conf"
  haproxy -db -f "$work/haproxy.conf" >"$work/haproxy.log" 2>&1 &
  pids="$pids $!"
  balancer=http://127.0.0.1:$port
  for _ in $(seq 100); do
    ! curl -fsS -o /dev/null "$balancer/readyz" 2>/dev/null || return 0
    sleep 0.1
  done
  cat "$work/haproxy.log" >&2
  die "HAProxy did not start"
}

contract() {
  SEKISHO_BASE_URL=$1
  shift
  export SEKISHO_BASE_URL
  cargo run --locked --quiet -p sekisho-conformance -- "$@"
}

# How many requests a server has answered.
answered() { curl -fsS "$1/metrics" | awk '/^http_server_request_duration_seconds_count/ { sum += $NF } END { print sum + 0 }'; }

start_postgresql
start_redis

"$binary" keys generate --keys-file "$work/keys" 2>/dev/null
start production --database "$(database production)" --counters "$redis" --keys-file "$work/keys" \
  --access-token-issuer https://id.example.com --access-token-audience https://account.example.com \
  --smtp-url smtp://127.0.0.1:9 --mail-from no-reply@example.com
SEKISHO_PRODUCTION_URL=$address
export SEKISHO_PRODUCTION_URL

echo "-- on PostgreSQL"
start alone --dev --database "$(database alone)"
contract "$address" "$@"

echo "-- on PostgreSQL and Redis"
start apart --dev --database "$(database apart)" --counters "$redis"
contract "$address" "$@"

echo "-- on PostgreSQL and Redis, three servers behind HAProxy"
shared=$(database shared)
servers=
for number in 1 2 3; do
  start "shared$number" --dev --database "$shared" --counters "$redis"
  servers="$servers $address"
done
start_haproxy $servers
contract "$balancer" "$@"

for server in $servers; do
  count=$(answered "$server")
  echo "$server answered $count requests"
  [ "$count" -ge 100 ] || [ $# -gt 0 ] || die "the requests were not spread over all servers"
done
