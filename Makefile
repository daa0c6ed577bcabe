# Thin: each target is what CI and a reader would type.
.PHONY: setup run test lint bench load

setup: ## What the tests need beyond a Rust toolchain; kept outside target, so only the first time is slow.
	@sh tests/setup/wasm-std.sh
	@sh tests/setup/valgrind.sh
	@sh tests/setup/python.sh
	@sh tests/setup/issuer.sh
	@sh tests/setup/postgresql.sh
	@sh tests/setup/redis.sh
	@sh tests/setup/haproxy.sh
	@sh tests/setup/faketime.sh
	@sh tests/setup/deploy.sh
	@sh tests/setup/openapi-linter.sh
	@sh tests/setup/api-fuzz.sh
	@sh tests/setup/edge-package.sh
	@sh tests/setup/page.sh
	@sh tests/setup/worker.sh
	@sh tests/setup/python-package.sh
	@sh tests/setup/swift-package.sh
	@sh tests/setup/kotlin-package.sh

run: ## The reference server on embedded defaults, with a demo user and curl lines to paste.
	@echo "Building the reference server: a few minutes the first time, seconds after that."
	cargo build --locked -p sekisho-server
	@cargo run --quiet --locked -p sekisho-server -- serve --dev

test: setup ## Everything there is, the fast tests first.
	@sh tests/run.sh

lint: ## Format, lints, documentation, the JavaScript, and the Python of the tests.
	@sh tests/lint.sh

bench: ## Side by side in one run; the tables go to target/bench.
	cargo build --locked --release -p sekisho-server
	cargo run --locked --release -p sekisho-bench
	@sh tests/setup/edge-bench.sh
	@sh bindings-wasm/build.sh
	node tests/bench/edge/main.mjs
	@sh tests/bench/argon2.sh
	@sh tests/bench/python-package.sh
	@sh tests/bench/kotlin-package.sh

load: ## Code and password checks at a fixed rate for 3 minutes, or SOAK=20; the table and plot go to target/bench.
	cargo build --locked --release -p sekisho-server
	cargo run --locked --release -p sekisho-bench -- load
