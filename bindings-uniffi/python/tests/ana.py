"""A user and what she does, for the tests."""

import pytest

from sekisho import Identifier, KeyRing, MemoryCounters, SekishoError, Verifier

KEYS = KeyRing.generate("development")
VERIFIER = Verifier(KEYS)
TO = Identifier.email("ana@example.com")
ANA = {"subject": "user-1", "to": TO}


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
