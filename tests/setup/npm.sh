# Sourced, after cache.sh: packages of npm, kept in the cache folder and installed anew only when
# their lock file changes.

die() { echo "setup: $*" >&2; exit 1; }

# install SOURCE NAME WHAT: the packages of the folder SOURCE into the folder NAME of the cache.
install() {
  command -v npm >/dev/null || die "npm is missing. Install Node.js 20 or later."
  if ! cmp -s "$1/package-lock.json" "$cache/$2/installed.json"; then
    echo "setup: installing $3"
    rm -rf "${cache:?}/$2"
    mkdir -p "$cache/$2"
    cp "$1/package.json" "$1/package-lock.json" "$cache/$2"
    npm ci --prefix "$cache/$2" --no-audit --no-fund --loglevel error
    cp "$1/package-lock.json" "$cache/$2/installed.json"
  fi
  echo "setup: $3 is ready"
}

# install_in_place FOLDER WHAT: the packages of a folder into its own node_modules, where what is built
# and run there looks for them.
install_in_place() {
  command -v npm >/dev/null || die "npm is missing. Install Node.js 20 or later."
  if ! cmp -s "$1/package-lock.json" "$1/node_modules/installed.json"; then
    echo "setup: installing $2"
    npm ci --prefix "$1" --no-audit --no-fund --loglevel error
    cp "$1/package-lock.json" "$1/node_modules/installed.json"
  fi
  echo "setup: $2: ready"
}
