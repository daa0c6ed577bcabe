#!/bin/sh
# The Kotlin package: its jar built, tested from Kotlin and Java, and installed where the Ktor example finds
# it.
set -eu
cd "$(dirname "$0")/.."

sh bindings-uniffi/kotlin/build.sh install "$@"
python3 - bindings-uniffi/kotlin/target/surefire-reports <<'PYTHON'
import pathlib
import sys
import xml.etree.ElementTree

suites = [xml.etree.ElementTree.parse(it).getroot() for it in pathlib.Path(sys.argv[1]).glob("*.xml")]
passed, failed = (sum(int(suite.get(name)) for suite in suites) for name in ("tests", "failures"))
print(f"{passed - failed} passed, {failed} failed")
PYTHON
