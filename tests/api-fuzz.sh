#!/bin/sh
# Requests made up from the server's own API document, by Schemathesis: no answer may be one that the
# document does not have, and none a failure of the server. `sh tests/api-fuzz.sh` asks the same every time;
# `sh tests/api-fuzz.sh SECONDS` asks something new for so long.
set -eu
cd "$(dirname "$0")/.."
. tests/setup/cache.sh
binary=${SEKISHO_SERVER_BIN:?is the path of the server to start}
seed=1
if [ $# -gt 0 ]; then
  seed=$(date +%s)
  set -- --max-time "$1" --generation-database none
else
  set -- --max-examples 40 --generation-deterministic
fi

work=$(mktemp -d)
stop() { kill "$(cat "$work/pid")" 2>/dev/null || true; wait; rm -rf "$work"; }
trap stop EXIT
trap 'exit 1' INT TERM
"$binary" serve --dev --listen 127.0.0.1:0 >"$work/printed" 2>"$work/log" &
echo $! >"$work/pid"
for _ in $(seq 100); do
  address=$(sed -n '1s,^\(http://[0-9.:]*\)$,\1,p' "$work/printed")
  [ -z "$address" ] || break
  sleep 0.1
done
[ -n "$address" ] || { cat "$work/log" >&2; echo "api-fuzz: the server did not start" >&2; exit 1; }

export SEKISHO_BASE_URL="$address" SEKISHO_FUZZ_SEED="$seed"
status=0
"$cache/api-fuzz/bin/schemathesis" --config-file tests/api_fuzz/schemathesis.toml run "$address/openapi.json" \
  --seed "$seed" --warnings off --no-color "$@" || status=$?
! grep -E '"level":"ERROR"| ERROR ' "$work/log" || { echo "api-fuzz: the server's log has errors" >&2; status=1; }
exit "$status"
