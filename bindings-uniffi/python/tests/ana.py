"""A user and what she does, for the tests."""

import pytest

from sekisho import Identifier, KeyRing, MemoryCounters, SekishoError, Verifier

KEYS = KeyRing.generate("development")
VERIFIER = Verifier(KEYS)
TO = Identifier.email("ana@example.com")
ANA = {"subject": "user-1", "to": TO}


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


def cycle():
    value = {}
    value["a"] = [value]
    return value


#: What Python has and the rules do not take, by its fault.
FAULTY_OPERATIONS = {
    "not a number": {"a": float("nan")},
    "infinite": float("-inf"),
    "beyond 2^53": {"a": 2**53 + 1},
    "of 5001 digits": 10**5000,
    "a cycle": cycle(),
    "64 levels around a number": nested(64),
    "levels that json.dumps takes": nested(500),
    "levels that nobody takes": nested(100_000),
    "half a character": {"a": "\ud800"},
    "too long": "x" * 70_000,
}


def refused(code):
    """Expects a refusal of this code."""

    def is_it(error):
        return error.code == code and len(str(error)) > 10

    return pytest.raises(SekishoError, check=is_it)


async def send(counters, **more):
    return await VERIFIER.send_code(counters=counters, **{**ANA, **more})


async def check(counters, sent, code=None, **more):
    given = {"challenge": sent.challenge, "code": sent.code if code is None else code, **ANA, **more}
    return await VERIFIER.check_code(counters=counters, **given)


async def record(**more):
    counters = MemoryCounters()
    sent = await send(counters, **more)
    session = {"session": more["session"]} if "session" in more else {}
    return (await check(counters, sent, **session)).record


class Down:
    """A store that raises."""

    def __init__(self, cause):
        self.cause = cause

    async def add(self, ops):
        raise self.cause
