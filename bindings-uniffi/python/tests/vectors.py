"""The vectors that every language reads."""

import json
from pathlib import Path

import pytest

import sekisho

FOLDER = Path(__file__).parents[3] / "tests/vectors"
FILES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")}

#: What only core's own tests can reach: derived keys by themselves, and sealing a record of given fields.
#: The tokens of the flows hold them. Pseudonyms are the server's.
WITHIN = {"keyring.derive", "keyring.pseudonym", "token.seal_record"}

reached = set()


def vectors(file, section):
    """Runs a test for each case of a section, under the case's id."""
    reached.add(f"{file}.{section}")
    cases = [pytest.param(case, id=case["id"]) for case in FILES[file][section]]
    assert cases, f"{file}.{section} has no cases"
    return pytest.mark.parametrize("vector", cases)


def sections():
    return {
        f"{file}.{section}"
        for file, content in FILES.items()
        for section, cases in content.items()
        if isinstance(cases, list) and section != "errors"
    }


def outcome(of):
    """What a call came to, in the vectors' form."""
    try:
        return {"ok": of()}
    except sekisho.SekishoError as error:
        if error.retry_after is None:
            return {"error": error.code}
        return {"error": error.code, "retry_after": error.retry_after}
