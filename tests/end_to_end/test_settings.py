"""Settings that make no sense stop the start and name themselves; keys rotate without a restart."""

import re
import time

import pytest
from conftest import AUDIENCE, ISSUER, User, code_of, command, succeed


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
        ({}, ["--config-file", "/nonexistent"], "--config-file"),
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


def test_a_file_holds_all_settings_and_the_policy(server, tmp_path):
    leaked, smtp = tmp_path / "leaked.txt", tmp_path / "smtp-url"
    leaked.write_bytes(b"hunter2\r\n\xff\xfe\nSeven Otters in the moat\r\n")
    smtp.write_text(f"smtp://127.0.0.1:{server.mailbox.port}\n")
    file = tmp_path / "sekisho.toml"
    file.write_text(f"""
        listen = "127.0.0.1:0"
        database = "{tmp_path}/sekisho.db"
        keys-file = "{tmp_path}/keys"
        access-token-key-file = "{tmp_path}/issuer.pem"
        access-token-issuer = "{ISSUER}"
        access-token-audience = "{AUDIENCE}"
        first-party-clients = ["web", "mobile"]
        smtp-url-file = "{smtp}"
        mail-from = "Example <no-reply@example.com>"
        leaked-passwords-file = "{leaked}"

        [policy]
        passwordWords = ["Sekisho"]
        emailBlocklist = ["@blocked.example"]
        emailSubaddressing = false
        lockout = {{ maxAttempts = 50 }}
    """)
    assert "complete" in succeed("config", "check", "--config-file", file)
    server.settings = lambda: {"SEKISHO_CONFIG_FILE": str(file)}
    subject = server.add_user("ed@example.com")
    server.start()
    user = User(server, subject, "ed@example.com", client_id="mobile")
    challenge, code = user.challenge()
    record = user.check(challenge, code).json()["verificationRecordId"]

    rejected = {
        "seven otters in the moat": ["password_rejected.pwned"],
        "my SEKISHO at the pass": ["password_rejected.restricted.words"],
    }
    for password, codes in rejected.items():
        answer = user.change_password(record, password)
        assert (answer.status_code, code_of(answer)) == (422, "password.rejected")
        assert [reason["code"] for reason in answer.json()["data"]] == codes
    assert user.change_password(record, "eight otters in the moat").status_code == 204

    refused = {"a@blocked.example": "email_not_allowed", "a+b@example.com": "email_subaddressing_not_allowed"}
    for address, code in refused.items():
        assert code_of(user.send(address)) == f"session.email_blocklist.{code}"
    assert User(server, subject, "ed@example.com", client_id="shop").verify_password().status_code == 403


def test_only_the_named_clients_are_first_party(server):
    settings = {**server.settings(), "SEKISHO_FIRST_PARTY_CLIENTS": "web, mobile"}
    server.settings = lambda: settings
    subject = server.add_user("di@example.com")
    server.start()
    for client, status in [("web", 201), ("mobile", 201), ("shop", 403), (" mobile", 403)]:
        user = User(server, subject, "di@example.com", client_id=client)
        assert user.verify_password().status_code == status, client
    assert re.search(r"clients=.*(web, mobile|mobile, web)", server.log.read_text())


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
