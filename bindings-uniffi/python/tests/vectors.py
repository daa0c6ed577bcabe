"""The vectors that every language reads."""

import json
from functools import wraps
from pathlib import Path

import pytest

import sekisho

FOLDER = Path(__file__).parents[3] / "tests/vectors"
FILES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")}

#: The vectors whose tests have run.
ran = set()


def vectors(file, section):
    """Runs a test for each case of a section, under the case's id."""
    cases = [pytest.param(case, id=named(case)) for case in FILES[file][section]]
    assert cases, f"{file}.{section} has no cases"

    def of_each(test):
        @wraps(test)
        def noted(vector):
            ran.add((file, section, named(vector)))
            test(vector)

        return pytest.mark.parametrize("vector", cases)(noted)

    return of_each


def every_vector():
    return {
        (file, section, named(case))
        for file, content in FILES.items()
        for section, cases in content.items()
        if isinstance(cases, list)
        for case in cases
    }


def named(case):
    """A case's id; error codes are their own."""
    return case.get("id") or case["code"]


def outcome(of):
    """What a call came to, in the vectors' form."""
    try:
        return {"ok": of()}
    except sekisho.SekishoError as error:
        if error.retry_after is None:
            return {"error": error.code}
        return {"error": error.code, "retry_after": error.retry_after}
