"""Settings that make no sense stop the start and name themselves; keys rotate without a restart."""

import time

import pytest
from conftest import User, code_of, command, succeed


@pytest.mark.parametrize(
    ("environment", "arguments", "named"),
    [
        ({"SEKISHO_DATABSE": "x"}, [], "SEKISHO_DATABSE"),
        ({}, ["--dev", "--database", "x.db"], "--database"),
        ({}, ["--listen", "nowhere"], "--listen"),
        ({"SEKISHO_LISTEN": "nowhere"}, [], "--listen"),
        ({}, [], "--database"),
        ({}, [], "--keys-file"),
        ({}, [], "--access-token-issuer"),
        ({"SEKISHO_SMTP_URL": "smtp://127.0.0.1"}, [], "--mail-from"),
        ({"SEKISHO_KEYS": "x", "SEKISHO_KEYS_FILE": "y"}, [], "SEKISHO_KEYS"),
        ({"SEKISHO_ACCESS_TOKEN_SECRET": "short"}, [], "SEKISHO_ACCESS_TOKEN_SECRET"),
        ({}, ["--policy-file", "/nonexistent"], "--policy-file"),
    ],
)
def test_a_wrong_setting_is_named(environment, arguments, named):
    done = command("serve", *arguments, env=environment)
    assert done.returncode != 0
    assert named in done.stderr
    assert "panicked" not in done.stderr


def test_a_development_ring_is_refused_in_production(tmp_path):
    ring = succeed("keys", "generate")
    keys = tmp_path / "keys"
    keys.write_text(ring.replace(".production.", ".development."))
    done = command("serve", "--keys-file", keys, "--database", tmp_path / "db")
    assert done.returncode != 0
    assert "development" in done.stderr


def test_keys_rotate_without_a_restart_and_without_losing_a_record(server, tmp_path):
    user = User(server, server.add_user("cy@example.com"), "cy@example.com")
    server.start()
    before = user.verify_password().json()["verificationRecordId"]
    challenge, code = user.challenge()
    keys = tmp_path / "keys"
    succeed("keys", "rotate", "--keys-file", keys, "--seals-in", "0")
    listed = succeed("keys", "list", "--keys-file", keys).splitlines()
    assert [line.endswith("seals now") for line in listed] == [False, False, True]

    deadline = time.monotonic() + 15
    while user.verify_password().json()["verificationRecordId"][:16] == before[:16]:
        assert time.monotonic() < deadline, "the server did not take the new ring over"
        time.sleep(0.2)
    assert user.check(challenge, code).status_code == 200
    assert user.change_password(before, "another horse, the same barrier").status_code == 204


def test_only_the_named_clients_are_first_party(server):
    settings = {**server.settings(), "SEKISHO_FIRST_PARTY_CLIENTS": "web, mobile"}
    server.settings = lambda: settings
    subject = server.add_user("di@example.com")
    server.start()
    for client, status in [("web", 201), ("mobile", 201), ("shop", 403), (" mobile", 403)]:
        user = User(server, subject, "di@example.com", client_id=client)
        assert user.verify_password().status_code == status, client
    assert '["web", "mobile"]' in server.log.read_text()


def test_a_record_of_another_ring_is_refused(server, ana, tmp_path):
    record = ana.verify_password().json()["verificationRecordId"]
    (tmp_path / "keys").unlink()
    server.install()
    server.restart()
    refused = ana.change_password(record, "another horse, the same barrier")
    assert (refused.status_code, code_of(refused)) == (
        401,
        "verification_record.permission_denied",
    )


def test_the_last_rotation_counts_even_before_an_earlier_one_has_begun(tmp_path):
    keys = tmp_path / "keys"
    succeed("keys", "generate", "--keys-file", keys)
    succeed("keys", "rotate", "--keys-file", keys, "--seals-in", "2")
    succeed("keys", "rotate", "--keys-file", keys, "--seals-in", "0")
    for _ in range(2):
        listed = succeed("keys", "list", "--keys-file", keys).splitlines()
        assert [line.endswith("seals now") for line in listed] == [False, False, False, True]
        assert "opens until -" in listed[-1]
        time.sleep(2.5)
    done = command("keys", "rotate", "--keys-file", keys, "--seals-in", "86401")
    assert done.returncode != 0
    assert "--seals-in" in done.stderr


def test_the_database_and_the_ring_are_their_owners_alone(server, ana, tmp_path):
    assert ana.verify_password().status_code == 201
    files = [*tmp_path.glob("sekisho.db*"), tmp_path / "keys"]
    assert len(files) == 4
    assert {file.name: file.stat().st_mode & 0o077 for file in files} == {file.name: 0 for file in files}
