"""A real Redis, and a counter store of each kind."""

import shutil
import socket
import subprocess
import time

import pytest
import redis.asyncio

import sekisho

START_SECONDS = 20


@pytest.fixture(scope="session")
def redis_port(tmp_path_factory):
    """A server of its own that keeps nothing on disk."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    assert program, "there is no redis-server: sh tests/setup/redis.sh installs it"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    folder = tmp_path_factory.mktemp("redis")
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([program, *options, "--dir", folder], stdout=log, stderr=log)
    try:
        await_answer(server, port, folder / "log")
        yield port
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def await_answer(server, port, log):
    for _ in range(START_SECONDS * 20):
        assert server.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())


@pytest.fixture
async def redis_client(redis_port):
    async with redis.asyncio.Redis(host="127.0.0.1", port=redis_port) as client:
        await client.flushall()
        yield client


@pytest.fixture(params=["memory", "redis"])
def counters(request):
    if request.param == "memory":
        return sekisho.MemoryCounters()
    return sekisho.RedisCounters(request.getfixturevalue("redis_client"))
