"""What is promised while PostgreSQL fails, which has users and counters here: nobody is let in, nobody waits
for long, nothing is used twice, no budget is exceeded, and service resumes by itself."""

import contextlib
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from conftest import PASSWORD, TLS, User, succeed
from proxy import Proxy
from stores import POSTGRESQL_PATIENCE_SECONDS, checks, refuses, until
from traffic import Traffic

# Within how long service resumes: 6 seconds, and more for a machine that is busy.
RESUMES_SECONDS = 10
# An idle connection has a second to show that it is still there.
REPLACED_SECONDS = 4
OTHERS_SECONDS = 2
CONNECTIONS = 8


@pytest.fixture
def proxy(postgresql):
    proxy = Proxy(str(postgresql.folder / f".s.PGSQL.{postgresql.port}"))
    yield proxy
    proxy.close()


@pytest.fixture
def users(server, proxy):
    database = f"postgres://sekisho@127.0.0.1:{proxy.port}/sekisho?sslmode=disable"
    server.more_settings = {"SEKISHO_DATABASE": database}
    addresses = [f"user{number}@example.com" for number in range(4)]
    add = ["user", "add", "--password-stdin", "--email"]
    env = {"SEKISHO_DATABASE": database}
    subjects = [succeed(*add, address, stdin=PASSWORD, env=env).strip() for address in addresses]
    server.start()
    return [User(server, subject, address) for subject, address in zip(subjects, addresses)]


def test_idle_connections_that_are_held_open_are_replaced_and_all_are_answered(users, proxy):
    ana = users[0]
    used, fresh = ana.challenge(), ana.challenge()
    assert ana.check(*used).status_code == 200
    before = proxy.connections
    with ThreadPoolExecutor(2 * CONNECTIONS) as pool:
        for answer in [pool.submit(user.verify_password) for user in users * 4]:
            assert answer.result().status_code == 201
        assert proxy.connections > before, "there is more than one connection"
        proxy.hold()
        began = time.monotonic()
        asked = [pool.submit(ana.http.get, "/api/my-account") for _ in range(2 * CONNECTIONS)]
        assert [answer.result().status_code for answer in asked] == [200] * 2 * CONNECTIONS
        assert time.monotonic() - began < REPLACED_SECONDS
    assert ana.check(*fresh).status_code == 200
    assert ana.check(*used).status_code == 400


def test_a_proxy_that_answers_nothing_lets_nobody_in_until_it_does(users, proxy, server):
    ana = users[0]
    fresh = ana.challenge()
    with proxy.holding_all(), ThreadPoolExecutor(8) as pool:
        began = time.monotonic()
        asked = [pool.submit(user.verify_password) for user in users]
        asked.append(pool.submit(ana.check, *fresh))
        is_quick_elsewhere(server)
        for answer in asked:
            refuses(answer.result())
        assert time.monotonic() - began < POSTGRESQL_PATIENCE_SECONDS
        assert checks(server) == {"store": "failing", "users": "failing"}
    until(lambda: ana.verify_password().status_code == 201, RESUMES_SECONDS)
    assert ana.check(*fresh).status_code == 200
    until(lambda: checks(server) == {"store": "ok", "users": "ok"}, RESUMES_SECONDS)


@pytest.mark.parametrize("end", ["stopped", "killed"])
def test_a_postgresql_that_ends_under_load_forgets_nothing(users, postgresql, server, end):
    ends = {"stopped": lambda: postgresql.stop("fast"), "killed": lambda: kill(postgresql)}[end]
    with Traffic(users) as traffic:
        for _ in range(2):
            time.sleep(0.7)
            ends()
            seen = len(traffic.refused())
            until(lambda seen=seen: len(traffic.refused()) > seen)
            is_quick_elsewhere(server)
            postgresql.start()
            until(lambda: users[0].verify_password().status_code == 201, RESUMES_SECONDS)
        time.sleep(0.5)
    traffic.holds(POSTGRESQL_PATIENCE_SECONDS)


def kill(postgresql):
    """All of its processes at once, as a power cut would."""
    file = postgresql.folder / "data/postmaster.pid"
    pid = int(file.read_text().split()[0])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    processes = [pid, *map(int, children)]
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    until(lambda: not any(map(is_alive, processes)))
    # Where nobody waits for the dead, they count as running.
    file.unlink()
    (postgresql.folder / f".s.PGSQL.{postgresql.port}.lock").unlink(missing_ok=True)


def is_alive(process):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def is_quick_elsewhere(server):
    began = time.monotonic()
    assert httpx.get(f"{server.url}/openapi.json", verify=TLS).status_code == 200
    assert time.monotonic() - began < OTHERS_SECONDS
