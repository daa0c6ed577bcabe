"""Two servers that share users in PostgreSQL and counters in Redis, set up as docs/scaling.md says, and what
they do when one of these is away."""

import time

import pytest
from certificate import certificate
from conftest import PASSWORD, Server, User, another, code_of, command, succeed
from redis_server import RedisServer
from stores import POSTGRESQL_PATIENCE_SECONDS, REDIS_PATIENCE_SECONDS, checks, refuses, until

NEW_PASSWORD = "another horse, the same barrier"


@pytest.fixture
def servers(server, stores, tmp_path):
    """Two, with one key ring, each in a folder of its own."""
    folder = tmp_path / "second"
    folder.mkdir()
    keys = {"SEKISHO_KEYS_FILE": str(tmp_path / "keys")}
    server.more_settings = {**stores, **keys}
    second = Server(folder, server.issuer, server.mailbox, more_settings={**stores, **keys})
    (folder / "issuer.pem").write_bytes(server.issuer.public_pem())
    yield server.start(), second.start()
    for client in second.clients:
        client.close()
    second.stop()


@pytest.fixture
def ana(servers, stores):
    """One user, as who is signed in at either server."""
    address = "ana@example.com"
    added = succeed("user", "add", "--email", address, "--password-stdin", stdin=PASSWORD, env=stores)
    return [User(server, added.strip(), address) for server in servers]


def test_what_one_server_counts_every_server_knows(tmp_path, ana, redis, stores):
    here, there = ana
    challenge, code = here.challenge()
    wrong = another(code)
    answers = [code_of(user.check(challenge, wrong)) for user in [here, there] * 5]
    assert answers == ["verification_code.code_mismatch"] * 10
    assert code_of(there.check(challenge, code)) == "verification_code.exceed_max_try"

    challenge, code = here.challenge()
    assert there.check(challenge, code).status_code == 200
    assert code_of(here.check(challenge, code)) == "verification_code.not_found"
    # The id from the send is the record by now, wherever it is used.
    assert here.change_password(challenge, NEW_PASSWORD).status_code == 204
    assert code_of(there.verify_password()) == "session.invalid_credentials"
    assert there.verify_password(NEW_PASSWORD).status_code == 201
    assert not list(tmp_path.rglob("*.db*")), "nothing is on a disk of a server"


def test_a_block_is_everywhere_and_so_is_its_end(ana, stores, tmp_path):
    blocked = "session.verification_blocked_too_many_attempts"
    for number in range(101):
        last = code_of(ana[number % 2].verify_password("wrong password"))
        if last == blocked:
            break
    assert [code_of(user.verify_password()) for user in ana] == [blocked, blocked]
    keys = {"SEKISHO_KEYS_FILE": str(tmp_path / "keys")}
    assert "no block is left" in succeed("user", "unblock", "ana@example.com", env={**stores, **keys})
    assert [user.verify_password().status_code for user in ana] == [201, 201]


def test_commands_of_users_work_on_postgresql(ana, stores):
    shown = succeed("user", "list", env=stores)
    assert shown == f"{ana[0].subject}\t-\tana@example.com\t-\n"
    taken = command("user", "add", "--email", "ANA@example.com", env=stores)
    assert taken.returncode != 0
    assert "another user has this e-mail address" in taken.stderr
    succeed("user", "set-password", "ana@example.com", stdin=NEW_PASSWORD, env=stores)
    assert ana[1].verify_password(NEW_PASSWORD).status_code == 201


def test_redis_that_hangs_lets_nobody_in_and_nobody_wait_for_long(servers, ana, redis):
    here, _ = ana
    challenge, code = here.challenge()
    with redis.hanging():
        for ask in [lambda: here.check(challenge, code), here.verify_password, here.send]:
            begun = time.monotonic()
            refuses(ask())
            assert time.monotonic() - begun < REDIS_PATIENCE_SECONDS
        assert here.http.get("/api/my-account").status_code == 200, "what counts nothing goes on"
        assert checks(servers[0]) == {"store": "failing", "users": "ok"}
    # What hung has been counted, or not: the code was never used.
    assert here.check(challenge, code).status_code == 200
    until(lambda: checks(servers[0]) == {"store": "ok", "users": "ok"})


def test_redis_that_is_away_lets_nobody_in_and_is_used_again(servers, ana, redis):
    here, _ = ana
    redis.stop()
    # The first may still have its answer on the way.
    for _ in range(3):
        begun = time.monotonic()
        refuses(here.verify_password())
        assert time.monotonic() - begun < REDIS_PATIENCE_SECONDS
    assert checks(servers[0]) == {"store": "failing", "users": "ok"}
    redis.start()
    assert here.verify_password().status_code == 201
    until(lambda: checks(servers[0]) == {"store": "ok", "users": "ok"})


def test_postgresql_that_is_away_lets_nobody_in_and_is_used_again(servers, ana, postgresql):
    here, _ = ana
    postgresql.stop()
    begun = time.monotonic()
    refuses(here.verify_password())
    assert time.monotonic() - begun < POSTGRESQL_PATIENCE_SECONDS
    assert checks(servers[0]) == {"store": "ok", "users": "failing"}
    postgresql.start()
    until(lambda: here.verify_password().status_code == 201)


def test_redis_is_spoken_to_in_tls_with_whom_the_system_trusts(server, tmp_path):
    tls = certificate(tmp_path)
    files = ["--tls-cert-file", tls["cert"], "--tls-key-file", tls["key"], "--tls-ca-cert-file", tls["cert"]]
    redis = RedisServer("--requirepass", "hunter2", *files, "--tls-auth-clients", "no")
    tls_port, redis.settings[1] = redis.port, 0
    redis.settings += ["--tls-port", tls_port]
    redis.start()
    url = f"rediss://:hunter2@127.0.0.1:{tls_port}"
    try:
        server.more_settings = {"SEKISHO_COUNTERS": url}
        done = command("serve", env=server.settings())
        assert done.returncode != 0
        assert "--counters" in done.stderr
        assert "hunter2" not in done.stderr
        server.more_settings["SSL_CERT_FILE"] = str(tls["cert"])
        subject = server.add_user("ana@example.com")
        assert User(server.start(), subject, "ana@example.com").verify_password().status_code == 201
        assert "whoever is between" not in server.log.read_text()
    finally:
        redis.remove()


def test_dev_mode_and_production_keep_out_of_each_others_database(server, ana, stores, postgresql):
    refused = command("serve", "--dev", "--listen", "127.0.0.1:0", env=stores)
    assert refused.returncode != 0
    assert "dev mode removes them" in refused.stderr
    assert "ana@example.com" in succeed("user", "list", env=stores)


def test_a_password_is_in_no_message(server, tmp_path):
    file = tmp_path / "counters"
    file.write_text("redis://:hunter2@127.0.0.1:1\n")
    database = "postgres://sekisho:hunter2@127.0.0.1:1/sekisho"
    server.more_settings = {"SEKISHO_DATABASE": database, "SEKISHO_COUNTERS_URL_FILE": str(file)}
    checked = succeed("config", "check", env=server.settings())
    assert "postgres://sekisho:********@127.0.0.1:1/…" in checked
    for arguments in [("config", "check"), ("serve",), ("user", "list")]:
        done = command(*arguments, env=server.settings())
        assert "hunter2" not in done.stdout + done.stderr
