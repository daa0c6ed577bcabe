# Sourced, after cache.sh: virtual environments of Python, kept in the cache folder and made anew only
# when the list of packages or the interpreter changes.

die() { echo "setup: $*" >&2; exit 1; }

# install_venv LIST NAME WHAT: the packages of LIST into the environment NAME of the cache.
install_venv() {
  command -v python3 >/dev/null || die "python3 is missing. Install Python 3.9 or later."
  state=$(python3 -VV; cat "$1")
  if [ "$(cat "$cache/$2/state" 2>/dev/null)" != "$state" ]; then
    echo "setup: installing $3"
    rm -rf "${cache:?}/$2"
    python3 -m venv "$cache/$2" || die "python3 has no venv module. On Debian: apt-get install python3-venv."
    "$cache/$2/bin/pip" install --quiet --requirement "$1"
    printf '%s\n' "$state" >"$cache/$2/state"
  fi
  echo "setup: $3: ready"
}

# install_wheel FOLDER NAME: the built wheel into an environment that is empty but for it, and beside it
# the environment NAME of the cache.
install_wheel() {
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-index bindings-uniffi/python/dist/*.whl
  "$1/bin/python" -c 'import sekisho; sekisho.KeyRing.generate("development")'
  site_packages "$cache/$2" >"$(site_packages "$1")/beside.pth"
}

site_packages() { "$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
