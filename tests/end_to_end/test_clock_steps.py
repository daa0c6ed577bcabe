"""The clock of a server that runs steps by an hour: nothing is used twice and no budget is exceeded, wherever
counters are."""

import time
from pathlib import Path

import pytest
from conftest import PASSWORD, User, another, code_of, succeed

HOUR = 3600
ATTEMPTS = 20
BLOCKED = "session.verification_blocked_too_many_attempts"
FAILED = "session.invalid_credentials"


class SteppedClock:
    """The system's, moved by what a file says. Only the time of the day: no timer notices."""

    def __init__(self, file):
        self.file = file
        libraries = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        assert libraries, "libfaketime is missing: `make setup` installs it"
        self.settings = {
            "LD_PRELOAD": str(libraries[0]),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.step_to(0)

    def step_to(self, seconds):
        """So far ahead of the system's from now on. The file is never seen half written."""
        new = self.file.with_suffix(".new")
        new.write_text(f"+{seconds}\n")
        new.replace(self.file)


@pytest.fixture
def clock(tmp_path):
    return SteppedClock(tmp_path / "clock")


@pytest.fixture(params=["SQLite", "PostgreSQL", "PostgreSQL and Redis"])
def users(request, server, clock, tmp_path):
    stores = {"SEKISHO_DATABASE": str(tmp_path / "sekisho.db")}
    if request.param != "SQLite":
        stores = dict(request.getfixturevalue("stores"))
    if request.param == "PostgreSQL":
        del stores["SEKISHO_COUNTERS"]
    config = tmp_path / "sekisho.toml"
    config.write_text(f"[policy]\nlockout.maxAttempts = {ATTEMPTS}\n")
    server.more_settings = {**stores, **clock.settings, "SEKISHO_CONFIG_FILE": str(config)}
    addresses = [f"user{number}@example.com" for number in range(4)]
    add = ["user", "add", "--password-stdin", "--email"]
    subjects = [succeed(*add, address, stdin=PASSWORD, env=stores).strip() for address in addresses]
    server.start()
    later = int(time.time()) + 4 * HOUR
    return [User(server, subject, address, exp=later) for subject, address in zip(subjects, addresses)]


def test_back_and_forth_a_clock_gives_nothing_back(users, clock):
    """It was an hour ahead, steps back, and is an hour ahead once more."""
    ana, bo, cy, di = users
    clock.step_to(HOUR)
    used, guessed = ana.challenge(), bo.challenge()
    assert ana.check(*used).status_code == 200
    assert guesses(bo, guessed, 11)[-1] == "verification_code.exceed_max_try"
    assert fails(cy, ATTEMPTS)[-1] == BLOCKED
    assert set(fails(di, 12)) == {FAILED}

    clock.step_to(0)
    assert code_of(ana.check(*used)) == "verification_record.not_found", "it is of the future"
    assert code_of(bo.check(*guessed)) == "verification_record.not_found"
    assert code_of(cy.verify_password()) == BLOCKED
    assert fails(di, ATTEMPTS - 12) == [FAILED] * (ATTEMPTS - 13) + [BLOCKED]
    fresh = ana.challenge()
    assert ana.check(*fresh).status_code == 200, "who has done nothing wrong goes on"
    assert code_of(ana.check(*fresh)) == "verification_code.not_found"
    assert ana.verify_password().status_code == 201

    clock.step_to(HOUR)
    assert code_of(ana.check(*used)) == "verification_code.not_found"
    assert code_of(bo.check(*guessed)) == "verification_code.exceed_max_try"
    assert code_of(ana.check(*fresh)) == "verification_record.not_found", "it has expired"


def test_a_clock_that_was_ahead_for_a_while_brings_no_code_back(users, clock):
    ana, bo, *_ = users
    used, guessed = ana.challenge(), bo.challenge()
    assert ana.check(*used).status_code == 200
    assert guesses(bo, guessed, 10) == ["verification_code.code_mismatch"] * 10
    clock.step_to(HOUR)
    for user, challenge in [(ana, used), (bo, guessed)]:
        assert code_of(user.check(*challenge)) == "verification_record.not_found"
        assert user.verify_password().status_code == 201
        assert user.check(*user.challenge()).status_code == 200
    clock.step_to(0)
    assert code_of(ana.check(*used)) == "verification_code.not_found"
    assert code_of(bo.check(*guessed)) == "verification_code.exceed_max_try"


def guesses(user, challenge, number):
    token, code = challenge
    return [code_of(user.check(token, another(code))) for _ in range(number)]


def fails(user, number):
    return [code_of(user.verify_password("wrong password")) for _ in range(number)]
