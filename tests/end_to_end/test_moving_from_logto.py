"""The settings and the SQL of docs/moving-from-logto.md: users in Logto's own table, with opaque tokens."""

import json
import time
from pathlib import Path

import pytest
from conftest import Server, User, code_of, succeed
from openid_issuer import CLIENT_ID, CLIENT_SECRET, OpenIdIssuer
from postgresql import Postgresql, blocks

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "moving-from-logto.md"
VECTORS = ROOT / "tests" / "vectors" / "password.json"
NEW_PASSWORD = "another horse, the same barrier"
PATIENCE_SECONDS = 9
# Columns, constraints, trigger and policy as Logto has them; the tenants' role is made by its installer.
LOGTO = """
    CREATE ROLE logto_tenant_logto;
    CREATE TYPE users_password_encryption_method AS ENUM
        ('Argon2i', 'Argon2id', 'Argon2d', 'SHA1', 'SHA256', 'MD5', 'Bcrypt', 'Legacy');
    CREATE TABLE users (
        tenant_id varchar(21) NOT NULL,
        id varchar(12) PRIMARY KEY,
        username varchar(128),
        primary_email varchar(128),
        primary_phone varchar(128),
        password_encrypted varchar(256),
        password_encryption_method users_password_encryption_method,
        name varchar(128),
        custom_data jsonb NOT NULL DEFAULT '{}',
        is_suspended boolean NOT NULL DEFAULT false,
        last_sign_in_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT users__username UNIQUE (tenant_id, username),
        CONSTRAINT users__primary_email UNIQUE (tenant_id, primary_email),
        CONSTRAINT users__primary_phone UNIQUE (tenant_id, primary_phone)
    );
    CREATE FUNCTION set_updated_at() RETURNS trigger AS
        $$ BEGIN NEW.updated_at = now(); RETURN NEW; END; $$ LANGUAGE plpgsql;
    CREATE TRIGGER set_updated_at BEFORE UPDATE ON users FOR EACH ROW EXECUTE PROCEDURE set_updated_at();
    ALTER TABLE users ENABLE ROW LEVEL SECURITY;
    CREATE POLICY users_tenant_id ON users TO logto_tenant_logto USING (tenant_id = 'default');
"""
# Of each of Logto's methods a vector: `METHOD: ID`.
HASHES = {
    "Argon2i": "logto-argon2i",
    "Argon2id": "argon2id-owasp",
    "Argon2d": "argon2d-v19",
    "Bcrypt": "bcrypt-2a",
    "SHA256": "sha256",
    "SHA1": "sha1",
    "MD5": "md5",
    "Legacy": "logto-pbkdf2-sha256",
}


@pytest.fixture
def logto():
    postgresql = Postgresql().start()
    postgresql.query(LOGTO)
    for sql in blocks(DOCUMENT, "sql"):
        postgresql.query(sql)
    yield postgresql
    postgresql.remove()


@pytest.fixture
def issuer():
    issuer = OpenIdIssuer().start()
    yield issuer
    issuer.stop()


class ServerOfLogto(Server):
    def settings(self):
        names = ("SEKISHO_LISTEN", "SEKISHO_SMTP_URL", "SEKISHO_MAIL_FROM")
        given = {name: super(ServerOfLogto, self).settings()[name] for name in names}
        return {**given, "SEKISHO_CONFIG_FILE": str(self.folder / "sekisho.toml")}


@pytest.fixture
def server(tmp_path, logto, issuer, mailbox):
    """A server with the document's settings and nothing else but its mail relay."""
    (settings,) = blocks(DOCUMENT, "toml")
    (tmp_path / "introspection").write_text(CLIENT_SECRET)
    for shown, real in {
        "https://logto.example.com/oidc": issuer.url,
        "ID-OF-THE-APPLICATION": CLIENT_ID,
        "/run/secrets/introspection": str(tmp_path / "introspection"),
        "ID-OF-YOUR-WEB-APP": "app",
        "/var/lib/sekisho/": f"{tmp_path}/",
        "postgres://sekisho:PASSWORD@db.example.com/logto?sslmode=verify-full": logto.url(),
    }.items():
        assert shown in settings, shown
        settings = settings.replace(shown, real)
    (tmp_path / "sekisho.toml").write_text(settings)
    succeed("keys", "generate", "--keys-file", tmp_path / "sekisho.keys")
    server = ServerOfLogto(tmp_path, issuer, mailbox)
    yield server
    for client in server.clients:
        client.close()
    server.stop()


class LogtoUser(User):
    """Signed in with an opaque token, as a client of Logto's Account API is."""

    def __init__(self, server, subject, address):
        self.server, self.subject, self.address = server, subject, address
        self.token = server.issuer.sign_in(subject)["access_token"]
        assert "." not in self.token


def vector(name):
    cases = [case for cases in json.loads(VECTORS.read_text()).values() for case in cases if "id" in case]
    (found,) = [case for case in cases if case["id"] == name]
    return found


def add_user(logto, subject, method=None, stored=None, tenant="default", **columns):
    values = {"tenant_id": tenant, "id": subject, "password_encryption_method": method, **columns}
    given = {name: value for name, value in {**values, "password_encrypted": stored}.items() if value}
    text = ", ".join(f"'{value}'" for value in given.values())
    logto.query(f"INSERT INTO users ({', '.join(given)}) VALUES ({text})")


def password_of(logto, subject):
    sql = f"SELECT password_encrypted, password_encryption_method FROM users WHERE id = '{subject}'"
    return logto.query(sql)[0]


def rewritten(logto, subject):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not password_of(logto, subject)[0].startswith("$argon2id$v=19$m=19456"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return password_of(logto, subject)[1]


def test_passwords_of_every_method_of_logto_are_right_and_become_what_logto_verifies(server, logto):
    for number, (method, name) in enumerate(HASHES.items()):
        case = vector(name)
        add_user(logto, f"user-{number}", method, case["stored"], username=f"user-{number}")
    server.start()
    for number, name in enumerate(HASHES.values()):
        user = LogtoUser(server, f"user-{number}", "none@example.com")
        assert code_of(user.verify_password("wrong")) == "session.invalid_credentials", name
        verified = user.verify_password(vector(name)["password"])
        assert verified.status_code == 201, (name, verified.text)
        assert rewritten(logto, user.subject) == "Argon2id", name
        assert user.verify_password(vector(name)["password"]).status_code == 201, name


def test_a_user_of_logto_goes_the_whole_way(server, logto):
    case = vector("logto-argon2i")
    profile = {"primary_email": "ana@example.com", "primary_phone": "4915112345"}
    add_user(logto, "ana", "Argon2i", case["stored"], **profile)
    server.start()
    ana = LogtoUser(server, "ana", "ana@example.com")
    challenge, code = ana.challenge()
    record = ana.check(challenge, code).json()["verificationRecordId"]
    assert ana.change_password(record, NEW_PASSWORD).status_code == 204
    assert password_of(logto, "ana")[1] == "Argon2id"
    assert ana.verify_password(NEW_PASSWORD).status_code == 201

    new = "ana.new@example.com"
    sent = ana.send(new).json()["verificationRecordId"]
    typed = {"identifier": ana.identifier(new), "verificationId": sent}
    typed["code"] = server.mailbox.code_for(new)
    proof = ana.http.post("/api/verifications/verification-code/verify", json=typed).json()
    headers = {"logto-verification-id": record}
    body = {"email": new, "newIdentifierVerificationRecordId": proof["verificationRecordId"]}
    assert ana.http.post("/api/my-account/primary-email", json=body, headers=headers).status_code == 204
    assert ana.http.delete("/api/my-account/primary-phone", headers=headers).status_code == 204
    last = ana.http.delete("/api/my-account/primary-email", headers=headers)
    assert code_of(last) == "user.last_sign_in_method_required"
    row = logto.query("SELECT primary_email, primary_phone, updated_at > created_at FROM users")
    assert row == [[new, "", "t"]]


def test_a_user_of_another_tenant_is_nobody(server, logto):
    add_user(logto, "eve", tenant="admin", primary_email="eve@example.com")
    server.start()
    assert LogtoUser(server, "eve", "eve@example.com").verify_password().status_code == 404


def test_reading_comes_first(server, logto):
    """Without the statements that change users, and without the right to."""
    case = vector("logto-argon2i")
    add_user(logto, "ana", "Argon2i", case["stored"], primary_email="ana@example.com")
    columns = "primary_email, primary_phone, password_encrypted, password_encryption_method"
    logto.query(f"REVOKE UPDATE ({columns}) ON users FROM sekisho")
    file = server.folder / "sekisho.toml"
    settings, changes = file.read_text().split("users-set-password-sql", 1)
    assert changes.count("users-") == 6
    file.write_text(settings)
    server.start()
    ana = LogtoUser(server, "ana", "ana@example.com")
    verified = ana.verify_password(case["password"])
    assert verified.status_code == 201
    refused = ana.change_password(verified.json()["verificationRecordId"], NEW_PASSWORD)
    assert code_of(refused) == "account_center.field_not_editable"
