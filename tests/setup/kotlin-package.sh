#!/bin/sh
# What builds the Kotlin package, and what its tests need beside it.
set -eu

. "$(dirname "$0")/cache.sh"
. "$(dirname "$0")/maven.sh"

install_maven "$(dirname "$0")/../../bindings-uniffi/kotlin" kotlin-package \
  "the tools that build and test the Kotlin package"
