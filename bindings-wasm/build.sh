#!/bin/sh
# Builds the npm package into dist. `npm run build` and the tests call it.
set -eu
cd "$(dirname "$0")"
. ../tests/setup/cache.sh
. "$cache/wasm-std/env"
target=$(cargo metadata --locked --format-version 1 --no-deps |
  node -e 'process.stdin.on("data", (d) => (t = (globalThis.t ?? "") + d)).on("end", () => console.log(JSON.parse(t).target_directory))')

# The vectors are for Argon2, which is twice as fast with them; all else is larger and no faster.
# SHA-256 in a loop, not written out, takes a fourteenth of the code and hashes as fast here; more than
# the smallest functions inlined make less code than only these. What loop strength reduction makes of
# loops packs worse, and is no faster. Paths of the machine that builds are nobody's business.
CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="${CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS:-} \
  -C target-feature=+simd128 -C no-vectorize-loops -C no-vectorize-slp \
  --cfg sha2_backend=\"soft\" --cfg sha2_backend_soft=\"compact\" -C llvm-args=-inline-threshold=10 -C llvm-args=-disable-lsr \
  --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=" \
  cargo build --locked --profile wasm -p sekisho-wasm --target wasm32-unknown-unknown
rm -rf dist js/glue
cargo run --locked --quiet -p sekisho-wasm-bindgen -- \
  "$target/wasm32-unknown-unknown/wasm/sekisho_wasm.wasm" js/glue
mv js/glue/sekisho.d.ts js/glue/sekisho_bg.d.ts
rm js/glue/sekisho.js js/glue/sekisho_bg.wasm.d.ts
node codes.mjs >js/codes.ts
npx --no-install tsc
npx --no-install tsc -p tsconfig.cloudflare.json
# The element has no build step; only its types are made.
npx --no-install tsc -p tsconfig.verify-element.json
web=../server-example/web
cp "$web/sekisho-verify.js" dist/verify-element
cp "$web"/sekisho-verify/*.js dist/verify-element/sekisho-verify
mkdir -p dist/glue
cp js/glue/sekisho_bg.js js/glue/sekisho_bg.d.ts dist/glue
cp js/module.d.ts dist
# From flat code, for speed first and then for size, without inlining, and with functions of one name
# side by side: so it packs best.
npx --no-install wasm-opt --flatten --rereloop -O4 -Os --converge --low-memory-unused \
  --always-inline-max-function-size=0 --one-caller-inline-max-function-size=10 \
  --reorder-functions-by-name --strip-debug --strip-producers --strip-target-features \
  --enable-simd --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
  --enable-mutable-globals --enable-multivalue --enable-reference-types \
  js/glue/sekisho_bg.wasm -o dist/glue/sekisho_bg.wasm
node check-size.mjs
