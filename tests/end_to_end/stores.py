"""PostgreSQL and Redis, set up as docs/scaling.md says, and what a server says while one of them fails."""

import contextlib
import time
from pathlib import Path

import httpx
import pytest
from conftest import TLS, code_of
from postgresql import Postgresql, blocks
from redis_server import RedisServer

DOCUMENT = Path(__file__).parents[2] / "docs" / "scaling.md"
# A server waits 2 seconds for Redis and 5 for PostgreSQL; the rest is for a machine that is busy.
REDIS_PATIENCE_SECONDS = 5
POSTGRESQL_PATIENCE_SECONDS = 9


@contextlib.contextmanager
def documented_postgresql(settings=""):
    postgresql = Postgresql(settings).start()
    try:
        (sql,) = blocks(DOCUMENT, "sql")
        for statement in sql.split(";"):
            postgresql.query(statement)
        yield postgresql
    finally:
        postgresql.remove()


@pytest.fixture
def postgresql():
    with documented_postgresql() as postgresql:
        yield postgresql


@pytest.fixture
def redis():
    redis = RedisServer(*documented_user()).start()
    yield redis
    redis.remove()


def documented_user():
    """The settings that make it."""
    (acl,) = blocks(DOCUMENT, "redis")
    assert acl.startswith("ACL SETUSER ")
    return ["--user", *acl.split()[2:]]


@pytest.fixture
def stores(postgresql, redis):
    """The settings of both, as variables."""
    return {"SEKISHO_DATABASE": postgresql.url(database="sekisho"), "SEKISHO_COUNTERS": documented_url(redis)}


def documented_url(redis):
    return redis.url("sekisho:PASSWORD@")


def refuses(answer):
    assert (answer.status_code, code_of(answer)) == (503, "service.unavailable"), answer.text
    assert answer.headers["Retry-After"] == "1"


def checks(server):
    """What readiness says of the stores."""
    found = httpx.get(f"{server.url}/readyz", verify=TLS).json()["checks"]
    return {name: found[name] for name in ["store", "users"]}


def until(is_so, seconds=POSTGRESQL_PATIENCE_SECONDS):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.1)
