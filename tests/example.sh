# Sourced: an example service, once in production and once in dev mode, held against the HTTP contract.
# The folder $work is there until the script ends, and so are the services.
work=$(mktemp -d)
stop() { kill $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null || true; wait; rm -rf "$work"; }
trap stop EXIT
trap 'exit 1' INT TERM

# hold_to_contract KEYS [ROW...]: `serve OPTIONS`, which the script has, becomes the service.
hold_to_contract() {
  export SEKISHO_KEYS="$1" SEKISHO_DATABASE="$work/users.db" \
    SEKISHO_ACCESS_TOKEN_ISSUER=https://id.example.com \
    SEKISHO_ACCESS_TOKEN_AUDIENCE=https://account.example.com \
    SEKISHO_ACCESS_TOKEN_JWKS_URL=https://id.example.com/jwks \
    SEKISHO_SMTP_URL=smtp://127.0.0.1:9 SEKISHO_MAIL_FROM=no-reply@example.com
  shift
  start production
  export SEKISHO_PRODUCTION_URL="$address"
  start dev --dev
  export SEKISHO_BASE_URL="$address"
  cargo run --locked --quiet -p sekisho-conformance -- --contract-alone "$@"
  [ $# = 0 ] || return 0
  for section in operation:: transfer::; do
    cargo run --locked --quiet -p sekisho-conformance -- --skipped-rows tests/example-skipped-rows.txt "$section"
  done
}

# start NAME [OPTION...]: waits for its address.
start() {
  name=$1
  shift
  (serve --listen 127.0.0.1:0 "$@") >"$work/$name.log" 2>&1 &
  echo $! >"$work/$name.pid"
  for _ in $(seq 600); do
    address=$(sed -n 's,^\(http://[0-9.:]*\)$,\1,p' "$work/$name.log")
    [ -z "$address" ] || return 0
    kill -0 "$(cat "$work/$name.pid")" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/$name.log" >&2
  echo "the example did not start" >&2
  exit 1
}
