# Sourced: a PostgreSQL and a Redis in the folder $work, which end with the script; so do the processes in
# $pids.
# HAProxy's folder, and where Debian has PostgreSQL, the newest first.
PATH=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr | tr '\n' ':')$PATH:/usr/sbin
work=$(mktemp -d)
log=$work/started
pids=

stop() {
  [ ! -f "$work/data/postmaster.pid" ] || as_nobody pg_ctl stop -s -m immediate -D "$work/data" || true
  [ -z "$pids" ] || kill $pids 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' INT TERM

die() { echo "${0##*/}: $*" >&2; exit 1; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# PostgreSQL does not run as root, so there it runs as nobody.
as_nobody() {
  if [ "$(id -u)" = 0 ]; then (cd "$work" && setpriv --reuid=65534 --regid=65534 --clear-groups "$@"); else "$@"; fi
}

start_postgresql() {
  command -v initdb >/dev/null || die "PostgreSQL is missing: make setup installs it"
  chmod 755 "$work"
  install -d -m 700 $([ "$(id -u)" != 0 ] || echo -o 65534 -g 65534) "$work/data" "$work/socket"
  as_nobody initdb --no-sync --auth=trust --username=sekisho -D "$work/data" >"$log" 2>&1 || { cat "$log" >&2; die "no PostgreSQL"; }
  cat >"$work/data/postgresql.auto.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$work/socket'
max_connections = 100
CONF
  as_nobody pg_ctl start -w -s -D "$work/data" -l "$work/data/log" || die "no PostgreSQL"
}

# The URL of a new database.
database() {
  as_nobody psql -q -h "$work/socket" -U sekisho postgres -c "CREATE DATABASE $1" >&2
  echo "postgres://sekisho@localhost/$1?host=$work/socket"
}

start_redis() {
  command -v redis-server >/dev/null || die "Redis is missing: make setup installs it"
  redis_port=$(free_port)
  mkdir "$work/redis"
  redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$work/redis" --save '' --appendonly yes \
    --appendfsync always --maxmemory 100mb --maxmemory-policy noeviction >"$work/redis.log" 2>&1 &
  pids="$pids $!"
  redis=redis://127.0.0.1:$redis_port
}
