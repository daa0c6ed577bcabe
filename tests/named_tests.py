"""Holds docs/threat-model.md and docs/scaling.md against the tests there are: each that they name exists, and
no line of their tables of claims is without one or says why.

The names of the black-box suite's rows come on standard input: `sekisho-conformance --list`.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "docs" / name for name in ("threat-model.md", "scaling.md")]
NAMED = re.compile(r"`([\w./-]+::[\w:.-]+)`")
# A line may be without a test where it claims nothing of ours.
CLAIMS_NOTHING = ("operator", "not met", "**not met**", "not applicable")
RUST_TEST = re.compile(
    r"#\[(?:tokio::)?test(?:\([^\]]*\))?\]\s*(?:#\[[^\]]*\]\s*)*(?:pub )?(?:async )?fn (\w+)"
)


def rust_tests():
    """The names of tests by the name of their file. Properties are tests inside `proptest!`."""
    tests = {}
    for folder in ("core", "server-example"):
        for file in (ROOT / folder).rglob("*.rs"):
            tests.setdefault(file.name, set()).update(RUST_TEST.findall(file.read_text()))
    return tests


def vectors():
    """The ids of cases by the name of their file."""
    tests = {}
    for file in (ROOT / "tests" / "vectors").glob("*.json"):
        sections = [part for part in json.loads(file.read_text()).values() if isinstance(part, list)]
        tests[file.name] = {case["id"] for cases in sections for case in cases if "id" in case}
    return tests


def stories():
    files = (ROOT / "tests" / "end_to_end").glob("test_*.py")
    return {file.name: set(re.findall(r"^def (test_\w+)", file.read_text(), re.M)) for file in files}


def exists(name, tests, rows):
    file, _, test = name.partition("::")
    if "." in file:
        return test in tests.get(file, ())
    return any(row == name or row.startswith(name + "::") for row in rows)


def untested(lines):
    """The lines of tables whose last column is `test`, with nothing there and a claim before it."""
    is_of_tests = False
    for number, line in enumerate(lines, 1):
        if not line.startswith("|"):
            is_of_tests = False
            continue
        cells = [cell.strip() for cell in line.strip("|\n").split("|")]
        if cells[-1] == "test":
            is_of_tests = True
        elif is_of_tests and not set(line) <= set("|- ") and not is_accounted_for(cells):
            yield f"line {number}: no test and no reason: {line[:90]}…"


def is_accounted_for(cells):
    shown = cells[-1]
    has_reason = "not tested" in shown or shown == "the operator's"
    return bool(NAMED.search(shown)) or has_reason or (shown == "–" and cells[2].startswith(CLAIMS_NOTHING))


def main():
    rows = [line.strip().removesuffix(": test") for line in sys.stdin if line.strip().endswith(": test")]
    if not rows:
        sys.exit("no rows on standard input: pipe `sekisho-conformance --list` into this")
    tests = rust_tests() | vectors() | stories()
    named, wrong = set(), []
    for document in DOCUMENTS:
        text = document.read_text()
        found = set(NAMED.findall(text))
        faults = [f"there is no test {name}" for name in sorted(found) if not exists(name, tests, rows)]
        faults += untested(text.splitlines())
        faults += [] if found else ["it names no test"]
        wrong += [f"{document.relative_to(ROOT)}: {fault}" for fault in faults]
        named |= found
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(named)} tests are named, and all of them exist")


if __name__ == "__main__":
    main()
