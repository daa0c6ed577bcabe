"""Users in a database that was there before: the example of docs/users.md, in a real PostgreSQL."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from certificate import certificate
from conftest import PASSWORD, TLS, User, code_of, command, succeed
from postgresql import Postgresql, blocks

DOCUMENT = Path(__file__).parents[2] / "docs" / "users.md"
EXAMPLE_URL = "postgres://sekisho:PASSWORD@db.example.com/shop?sslmode=verify-full"
NEW_PASSWORD = "another horse, the same barrier"
# The server's own bound is 5 seconds; the rest is for a machine that is busy.
PATIENCE_SECONDS = 9


@pytest.fixture
def postgresql():
    postgresql = Postgresql().start()
    for sql in blocks(DOCUMENT, "sql"):
        postgresql.query(sql)
    postgresql.query("CREATE EXTENSION pgcrypto")
    yield postgresql
    postgresql.remove()


@pytest.fixture
def settings(server, postgresql, tmp_path):
    """The document's settings, which a test may change."""
    (example,) = blocks(DOCUMENT, "toml")
    assert EXAMPLE_URL in example
    settings = tmp_path / "sekisho.toml"
    settings.write_text(example.replace(EXAMPLE_URL, postgresql.url()))
    server.more_settings = {"SEKISHO_CONFIG_FILE": str(settings)}
    return settings


@pytest.fixture
def ana(server, postgresql, settings):
    subject = add_customer(postgresql, login="ana", email_address="ana@example.com", mobile="+4915112345")
    server.start()
    return User(server, subject, "ana@example.com")


def add_customer(postgresql, **columns):
    """With a password as pgcrypto hashes it."""
    names, values = ", ".join(columns), ", ".join(f"'{value}'" for value in columns.values())
    added = f"INSERT INTO customers (pw, {names}) VALUES (crypt('{PASSWORD}', gen_salt('bf', 6)), {values})"
    ((subject,),) = postgresql.query(f"{added} RETURNING customer_id")
    return subject


def column(postgresql, user, name):
    ((value,),) = postgresql.query(f"SELECT {name} FROM customers WHERE customer_id = '{user.subject}'")
    return value


def record_of(user):
    verified = user.verify_password()
    assert verified.status_code == 201, verified.text
    return {"logto-verification-id": verified.json()["verificationRecordId"]}


def change(user, method, path, record, **body):
    return user.http.request(method, f"/api/my-account/{path}", headers=record, json=body or None)


def test_a_user_of_another_table_goes_the_whole_way(server, postgresql, ana):
    shown = ana.http.get("/api/my-account").json()
    assert (shown["id"], shown["username"]) == (ana.subject, "ana")
    assert (shown["primaryEmail"], shown["primaryPhone"]) == ("ana@example.com", "4915112345")
    assert abs(shown["createdAt"] / 1000 - time.time()) < 600
    assert shown["lastSignInAt"] is None

    assert code_of(ana.verify_password("wrong password")) == "session.invalid_credentials"
    assert column(postgresql, ana, "pw").startswith("$2a$")
    record_of(ana)
    wait_for_rewriting(postgresql, ana)

    challenge, code = ana.challenge()
    checked = ana.check(challenge, code)
    assert checked.status_code == 200, checked.text
    record = {"logto-verification-id": checked.json()["verificationRecordId"]}

    assert change(ana, "POST", "password", record, password=NEW_PASSWORD).status_code == 204
    assert code_of(ana.verify_password()) == "session.invalid_credentials"
    assert ana.verify_password(NEW_PASSWORD).status_code == 201

    body = {
        "email": "Ana.New@example.com",
        "newIdentifierVerificationRecordId": proof(ana, "Ana.New@example.com"),
    }
    assert change(ana, "POST", "primary-email", record, **body).status_code == 204
    assert column(postgresql, ana, "email_address") == "Ana.New@example.com"
    assert column(postgresql, ana, "modified_at > registered_at") == "t"

    for path in ["primary-phone", "primary-email"]:
        assert change(ana, "DELETE", path, record).status_code == 204
    assert postgresql.query("SELECT email_address, mobile FROM customers") == [["", ""]]
    log = server.log.read_text()
    assert "was rewritten" in log
    assert ana.subject not in log, "logs know users by their pseudonyms"


def wait_for_rewriting(postgresql, user):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not column(postgresql, user, "pw").startswith("$argon2id$"):
        assert time.monotonic() < deadline


def test_who_has_given_the_right_password_does_not_wait_for_its_new_hash(postgresql, ana):
    with postgresql.locked("customers", "EXCLUSIVE"):
        record_of(ana)
        assert column(postgresql, ana, "pw").startswith("$2a$")
    # Had the answer come after the attempt to write, there would be no other.
    wait_for_rewriting(postgresql, ana)


def test_of_what_a_database_refuses_the_log_has_no_value(server, postgresql, ana):
    postgresql.query(
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE WARNING 'not %', NEW.email_address; RAISE 'never %', NEW.email_address; END $$; "
        "CREATE TRIGGER no BEFORE UPDATE OF email_address ON customers FOR EACH ROW EXECUTE FUNCTION no()"
    )
    body = {"email": "new@example.com", "newIdentifierVerificationRecordId": proof(ana, "new@example.com")}
    failed = change(ana, "POST", "primary-email", record_of(ana), **body)
    assert (failed.status_code, failed.headers.get("Retry-After")) == (500, None), failed.text
    log = server.log.read_text()
    assert "--users-set-email-sql" in log
    assert "SQLSTATE P0001" in log
    assert "new@example.com" not in log


def proof(user, address):
    """A new-identifier record."""
    sent = user.send(address)
    assert sent.status_code == 201, sent.text
    mine, user.address = user.address, address
    checked = user.check(sent.json()["verificationRecordId"], user.server.mailbox.code_for(address))
    user.address = mine
    return checked.json()["verificationRecordId"]


def test_an_address_of_another_user_is_not_taken(postgresql, ana):
    add_customer(postgresql, email_address="Bo@example.com")
    body = {"email": "bo@Example.com", "newIdentifierVerificationRecordId": proof(ana, "bo@Example.com")}
    taken = change(ana, "POST", "primary-email", record_of(ana), **body)
    assert (taken.status_code, code_of(taken)) == (422, "user.email_already_in_use")


def test_the_last_way_to_sign_in_stays(server, postgresql, ana):
    subject = add_customer(postgresql, email_address="bo@example.com")
    bo = User(server, subject, "bo@example.com")
    kept = change(bo, "DELETE", "primary-email", record_of(bo))
    assert (kept.status_code, code_of(kept)) == (400, "user.last_sign_in_method_required")


def test_a_suspended_user_changes_nothing(postgresql, ana):
    record = record_of(ana)
    postgresql.query("UPDATE customers SET disabled_at = now()")
    refused = change(ana, "POST", "password", record, password=NEW_PASSWORD)
    assert (refused.status_code, code_of(refused)) == (401, "user.suspended")


@pytest.mark.parametrize("subject", ["ana", "00000000-0000-4000-8000-000000000000", "' OR true --"])
def test_who_is_not_in_the_table_is_nobody(server, ana, subject):
    unknown = User(server, subject, "ana@example.com").verify_password()
    assert (unknown.status_code, code_of(unknown)) == (404, "entity.not_found")


def test_what_has_no_statement_is_read_only(server, postgresql, settings):
    example = settings.read_text()
    settings.write_text(example[: example.index("users-set-password-sql")])
    subject = add_customer(postgresql, email_address="ana@example.com", mobile="+4915112345")
    user = User(server, subject, "ana@example.com")
    server.start()
    record = record_of(user)
    assert column(postgresql, user, "pw").startswith("$2a$"), "a hash was rewritten without a statement"
    for method, path, body in [
        ("POST", "password", {"password": NEW_PASSWORD}),
        ("POST", "primary-email", {"email": "a@b.co", "newIdentifierVerificationRecordId": "x"}),
        ("DELETE", "primary-email", {}),
        ("POST", "primary-phone", {"phone": "4930000", "newIdentifierVerificationRecordId": "x"}),
        ("DELETE", "primary-phone", {}),
    ]:
        refused = change(user, method, path, record, **body)
        assert (refused.status_code, code_of(refused)) == (400, "account_center.field_not_editable"), path
    assert "--users-set-password-sql" in server.log.read_text()


def is_unavailable(answer):
    retry = answer.headers.get("Retry-After")
    return (answer.status_code, code_of(answer), retry) == (503, "service.unavailable", "1")


def test_a_database_that_goes_away_is_waited_for(server, postgresql, ana):
    record_of(ana)
    postgresql.stop()
    began = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(ana.verify_password) for _ in range(20)]
        # Meanwhile the others are answered.
        for _ in range(10):
            assert httpx.get(f"{server.url}/api/my-account", verify=TLS, timeout=2).status_code == 401
            assert httpx.options(f"{server.url}/api/my-account", verify=TLS, timeout=2).status_code == 204
        assert all(is_unavailable(answer.result()) for answer in answers)
    assert time.monotonic() - began < PATIENCE_SECONDS
    assert "--users-find-sql" in server.log.read_text()
    postgresql.start()
    assert [ana.verify_password().status_code for _ in range(20)] == [201] * 20


def test_a_database_that_hangs_is_not_waited_for_long(postgresql, ana):
    record_of(ana)
    began = time.monotonic()
    with postgresql.locked("customers"), ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(ana.verify_password) for _ in range(20)]
        assert all(is_unavailable(answer.result()) for answer in answers)
        assert time.monotonic() - began < PATIENCE_SECONDS
    # What hung is still being closed.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while ana.verify_password().status_code != 201:
        assert time.monotonic() < deadline
    assert [ana.verify_password().status_code for _ in range(20)] == [201] * 20


def test_a_database_that_is_down_stops_the_start(server, postgresql, settings):
    postgresql.stop()
    done = command("serve", env=server.settings())
    assert done.returncode != 0
    assert "--users-url: there is no connection to the database" in done.stderr


def test_the_database_must_be_the_one_it_says_it_is(server, postgresql, settings, tmp_path):
    tls = certificate(tmp_path)
    example = settings.read_text().replace(postgresql.url(), "THE URL")
    postgresql.listen_with_tls(tls)
    subject = add_customer(postgresql, email_address="ana@example.com")
    url = f"postgres://sekisho@localhost:{postgresql.port}/postgres?sslmode="

    def connect_by(mode):
        settings.write_text(example.replace("THE URL", url + mode))

    connect_by("verify-full")
    done = command("serve", env=server.settings())
    assert done.returncode != 0
    assert "certificate" in done.stderr
    connect_by(f"verify-full&sslrootcert={tls['cert']}")
    server.start()
    assert User(server, subject, "ana@example.com").verify_password().status_code == 201
    assert postgresql.query(
        "SELECT DISTINCT ssl FROM pg_stat_ssl NATURAL JOIN pg_stat_activity "
        "WHERE application_name = 'sekisho-server'"
    ) == [["t"]]


def test_the_commands_for_the_built_in_table_say_that_users_are_elsewhere(server, postgresql, ana, tmp_path):
    elsewhere = {"SEKISHO_USERS_URL": postgresql.url(), "SEKISHO_DATABASE": str(tmp_path / "sekisho.db")}
    for arguments in [["list"], ["set-password", "ana"], ["add", "--username", "bo"]]:
        done = command("user", *arguments, env=elsewhere)
        assert done.returncode != 0
        assert "--users-url" in done.stderr


def test_an_operator_ends_a_block_by_the_id(server, postgresql, ana, tmp_path, settings):
    settings.write_text(settings.read_text() + "\n[policy]\nlockout.maxAttempts = 1\n")
    server.restart()
    blocked = "session.verification_blocked_too_many_attempts"
    assert code_of(ana.verify_password("wrong password")) == blocked
    assert code_of(ana.verify_password()) == blocked
    where = ["--database", tmp_path / "sekisho.db", "--keys-file", tmp_path / "keys"]
    told = succeed("user", "unblock", *where, "--users-url", postgresql.url(), ana.subject)
    assert told.startswith(f"{ana.subject}: ")
    assert "not looked up" in told
    assert ana.verify_password().status_code == 201
