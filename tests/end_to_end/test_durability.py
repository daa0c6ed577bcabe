"""What was counted and what was used stays so, however the server ends."""

import contextlib
import os
import resource
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from conftest import User, another, code_of, succeed

MAX_TRIES = 10
# A write that fails does so at once; the rest is for a machine that is busy.
FULL_DISK_SECONDS = 3


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL], ids=["stop", "kill"])
def test_a_challenge_and_its_tries_outlive_a_restart(server, ana, end):
    challenge, code = ana.challenge()
    wrong = another(code)
    answers = [code_of(ana.check(challenge, wrong)) for _ in range(6)]
    server.restart(end)
    answers += [code_of(ana.check(challenge, wrong)) for _ in range(5)]
    assert answers == ["verification_code.code_mismatch"] * MAX_TRIES + ["verification_code.exceed_max_try"]
    assert code_of(ana.check(challenge, code)) == "verification_code.exceed_max_try"

    challenge, code = ana.challenge()
    server.restart(end)
    assert ana.check(challenge, code).status_code == 200
    server.restart(end)
    assert code_of(ana.check(challenge, code)) == "verification_code.not_found"
    # The id from the send is the record by now, and stays so.
    changed = ana.change_password(challenge, "another horse, the same barrier")
    assert changed.status_code == 204, changed.text


def test_kill_in_the_middle_of_load_forgets_no_used_code_and_no_budget(server):
    users = [f"user{number}@example.com" for number in range(8)]
    users = [User(server, server.add_user(address), address) for address in users]
    server.start()
    used, compared = [], Counter()
    rounds = 0
    while rounds < 4 or not (used and compared):  # a busy machine may come to neither at first
        assert rounds < 20, "the server was always killed before it had done anything"
        load = Load(users, used, compared)
        load.run_until_killed(server, after=0.02 + 0.05 * rounds)
        server.start()
        rounds += 1
    for user, challenge, code in used:
        answer = user.check(challenge, code)
        assert (answer.status_code, code_of(answer)) == (400, "verification_code.not_found")
    for (user, challenge, wrong), before in compared.items():
        after = 0
        while code_of(user.check(challenge, wrong)) == "verification_code.code_mismatch":
            after += 1
            assert after <= MAX_TRIES
        assert before + after <= MAX_TRIES


class Load:
    """Every user uses a code and guesses at another one until nobody answers."""

    def __init__(self, users, used, compared):
        self.users, self.used, self.compared = users, used, compared
        self.pairs = [(user, user.challenge(), user.challenge()) for user in users]
        self.ready = threading.Barrier(2 * len(users) + 1)

    def run_until_killed(self, server, after):
        with ThreadPoolExecutor(2 * len(self.users)) as pool:
            tasks = [
                pool.submit(self.use, user, *right, delay=2 * after * number / len(self.pairs))
                for number, (user, right, _) in enumerate(self.pairs)
            ]
            tasks += [pool.submit(self.guess, user, *guessed) for user, _, guessed in self.pairs]
            self.ready.wait()
            time.sleep(after)
            server.stop(signal.SIGKILL)
            for task in tasks:
                task.result()

    def use(self, user, challenge, code, delay):
        """Half of the users come before the server is killed, half of them too late."""
        with user.http as http:
            self.ready.wait()
            time.sleep(delay)
            with contextlib.suppress(httpx.TransportError):
                if user.check(challenge, code, http).status_code == 200:
                    self.used.append((user, challenge, code))

    def guess(self, user, challenge, code):
        wrong = another(code)
        with user.http as http:
            self.ready.wait()
            with contextlib.suppress(httpx.TransportError):
                while code_of(user.check(challenge, wrong, http)) == "verification_code.code_mismatch":
                    self.compared[user, challenge, wrong] += 1


def test_a_disk_that_is_full_lets_nobody_in_and_forgets_nothing(server, ana):
    used, fresh, guessed = ana.challenge(), ana.challenge(), ana.challenge()
    wrong = (guessed[0], another(guessed[1]))
    assert ana.check(*used).status_code == 200
    compared = [code_of(ana.check(*wrong)) for _ in range(6)]
    log = (server.folder / "sekisho.db-wal").stat().st_size
    pid = server.process.pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (log, hard))
    while ana.verify_password().status_code == 201:
        pass
    asks = [ana.verify_password, ana.send, *[lambda c=c: ana.check(*c) for c in (used, fresh, wrong)]]
    for ask in asks * 2:
        began = time.monotonic()
        refused = ask()
        assert (refused.status_code, code_of(refused)) == (503, "service.unavailable")
        assert "Retry-After" in refused.headers
        assert ana.http.get("/api/my-account").status_code == 200, "what writes nothing goes on"
        assert time.monotonic() - began < FULL_DISK_SECONDS
    assert "SQLite failed" in server.log.read_text()
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
    for _ in range(3):
        assert ana.verify_password().status_code == 201, "at once"
    assert ana.check(*fresh).status_code == 200
    assert code_of(ana.check(*used)) == "verification_code.not_found"
    compared += [code_of(ana.check(*wrong)) for _ in range(5)]
    assert compared == ["verification_code.code_mismatch"] * MAX_TRIES + ["verification_code.exceed_max_try"]


def test_a_log_that_nobody_takes_any_more_stops_nothing(server):
    address = "ana@example.com"
    user = User(server, server.add_user(address), address)
    reader, writer = os.pipe()
    server.start(stderr=writer)
    os.close(writer)
    os.close(reader)
    for _ in range(3):
        assert user.verify_password().status_code == 201


def test_a_stop_lets_answers_in_flight_finish(server, ana):
    http = ana.http
    http.get("/api/my-account")  # the connection is there before the signal
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(http.post, "/api/verifications/password", json={"password": "wrong " * 300})
        time.sleep(0.03)
        server.stop()
        assert answer.result().status_code == 422
    assert server.process.returncode == 0


def test_a_block_outlives_a_restart_and_an_operator_can_end_it(server, tmp_path):
    file = tmp_path / "sekisho.toml"
    file.write_text("[policy]\nlockout.maxAttempts = 3\n")
    server.more_settings = {"SEKISHO_CONFIG_FILE": str(file)}
    user = User(server, server.add_user("bo@example.com"), "bo@example.com")
    server.start()
    blocked = "session.verification_blocked_too_many_attempts"
    answers = [code_of(user.verify_password("wrong password")) for _ in range(3)]
    assert answers == ["session.invalid_credentials"] * 2 + [blocked]
    server.restart()
    answer = user.verify_password()
    assert code_of(answer) == blocked
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600

    keys, database = tmp_path / "keys", tmp_path / "sekisho.db"
    succeed("user", "unblock", "--database", database, "--keys-file", keys, "bo@example.com")
    assert user.verify_password().status_code == 201
