"""With one key ring a record that one implementation makes is good at every other, and what is not good
at one is good at none."""

import secrets
from contextlib import ExitStack

import httpx
import pytest
from conftest import PASSWORD, TLS, Mailbox, code_of
from implementations import ReferenceServer, fastapi, ktor, worker
from openid_issuer import OpenIdIssuer

NAMES = ["server", "fastapi", "ktor", "worker"]


class World:
    """The implementations, users of all of them, and a server with the same users and other keys."""

    def __init__(self, folder, opened):
        self.issuer = OpenIdIssuer().start()
        opened.callback(self.issuer.stop)
        self.mailbox = Mailbox()
        opened.callback(self.mailbox.close)
        server, stranger = self.server(folder / "server", opened), self.server(folder / "stranger", opened)
        others = {"fastapi": fastapi(server), "ktor": ktor(server), "worker": worker(server)}
        for other in others.values():
            opened.callback(other.stop)
        self.urls = {name: it.url for name, it in {"server": server, "stranger": stranger, **others}.items()}
        self.tokens = {user: self.issuer.token(user) for user in ("ana", "ben")}

    def server(self, folder, opened):
        folder.mkdir()
        server = ReferenceServer(folder, self.issuer, self.mailbox)
        server.install()
        for user in ("ana", "ben"):
            server.add_user(f"{user}@example.com", "--id", user)
        opened.callback(server.stop)
        return server.start()

    def post(self, name, path, body, user="ana", headers=None):
        headers = {"Authorization": f"Bearer {self.tokens[user]}", **(headers or {})}
        url = f"{self.urls[name]}/api/{path}"
        return httpx.post(url, json=body, headers=headers, timeout=30, verify=TLS)

    def record_by_password(self, name, user="ana"):
        verified = self.post(name, "verifications/password", {"password": PASSWORD}, user)
        assert verified.status_code == 201, (name, verified.text)
        return verified.json()["verificationRecordId"]

    def challenge(self, name, user="ana"):
        identifier = {"type": "email", "value": f"{user}@example.com"}
        sent = self.post(name, "verifications/verification-code", {"identifier": identifier}, user)
        assert sent.status_code == 201, (name, sent.text)
        code = self.mailbox.code_for(f"{user}@example.com")
        return {
            "identifier": identifier,
            "verificationId": sent.json()["verificationRecordId"],
            "code": code,
        }

    def record_by_code(self, name, challenge):
        checked = self.post(name, "verifications/verification-code/verify", challenge)
        assert checked.status_code == 200, (name, checked.text)
        return checked.json()["verificationRecordId"]

    def change_password(self, name, record, user="ana"):
        body = {"password": f"{secrets.token_hex(6)} horse, barrier"}
        headers = {"logto-verification-id": record}
        return self.post(name, "my-account/password", body, user, headers)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with ExitStack() as opened:
        yield World(tmp_path_factory.mktemp("world"), opened)


@pytest.fixture(scope="module")
def records(world):
    """A record of each, made before any of the passwords changes."""
    return {name: world.record_by_password(name) for name in [*NAMES, "stranger"]}


@pytest.mark.parametrize("taker", NAMES)
@pytest.mark.parametrize("maker", NAMES)
def test_a_record_by_password_is_good_at_every_other(world, records, maker, taker):
    changed = world.change_password(taker, records[maker])
    assert changed.status_code == 204, changed.text


@pytest.mark.parametrize("taker", NAMES)
@pytest.mark.parametrize("maker", ["server", "fastapi", "ktor"])
def test_a_record_by_code_is_good_at_every_other(world, records, maker, taker):
    record = world.record_by_code(maker, world.challenge(maker))
    changed = world.change_password(taker, record)
    assert changed.status_code == 204, changed.text


@pytest.mark.parametrize("taker", NAMES)
def test_a_record_is_good_for_nobody_else(world, records, taker):
    for maker in NAMES:
        refused = world.change_password(taker, records[maker], user="ben")
        assert (refused.status_code, code_of(refused)) == (401, "verification_record.permission_denied")


@pytest.mark.parametrize("taker", NAMES)
def test_a_record_of_other_keys_is_good_nowhere(world, records, taker):
    refused = world.change_password(taker, records["stranger"])
    assert (refused.status_code, code_of(refused)) == (401, "verification_record.permission_denied")
    assert world.change_password("stranger", records["stranger"]).status_code == 204
