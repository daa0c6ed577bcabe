# Where set-up keeps what it fetched or built: outside target, so that `cargo clean` costs nothing.
cache=${SEKISHO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sekisho}
