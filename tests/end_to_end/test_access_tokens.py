"""Access tokens of a real issuer: by its published keys, by introspection, and when it is gone."""

import base64
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import jwt
import pytest
from certificate import certificate
from conftest import TLS, Server, User, code_of, succeed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openid_issuer import CLIENT_ID, CLIENT_SECRET, OpenIdIssuer, new_key

SUBJECT = "ana"
DISCOVERY = "/.well-known/openid-configuration"
INTROSPECTION = "/token/introspection"
KINDS = ["jwt", "opaque"]
# The server's own bound is 5 seconds; the rest is for a machine that is busy.
PATIENCE_SECONDS = 8


class ServerOfIssuer(Server):
    """A server that knows of its issuer nothing but the URL, and a client for introspection."""

    def install(self):
        self.introspects = True
        self.more = {}
        succeed("keys", "generate", "--keys-file", self.folder / "keys")
        (self.folder / "client-secret").write_text(CLIENT_SECRET + "\n")

    def settings(self):
        settings = {**super().settings(), "SEKISHO_ACCESS_TOKEN_ISSUER": self.issuer.url, **self.more}
        del settings["SEKISHO_ACCESS_TOKEN_KEY_FILE"]
        if self.introspects:
            settings["SEKISHO_INTROSPECTION_CLIENT_ID"] = CLIENT_ID
            settings["SEKISHO_INTROSPECTION_CLIENT_SECRET_FILE"] = str(self.folder / "client-secret")
        return settings

    def answer(self, token):
        """What a request with this token is answered."""
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.url}/api/my-account"
        return httpx.get(url, headers=headers, timeout=30, verify=TLS)

    def status(self, token):
        return self.answer(token).status_code

    def statuses(self, tokens):
        """The answers to all of them at once."""
        with ThreadPoolExecutor(len(tokens)) as pool:
            return list(pool.map(self.status, tokens))

    def is_unavailable(self, token):
        began = time.monotonic()
        answer = self.answer(token)
        assert time.monotonic() - began < PATIENCE_SECONDS
        retry = answer.headers.get("Retry-After")
        return (answer.status_code, code_of(answer), retry) == (503, "service.unavailable", "1")


@pytest.fixture
def issuer():
    issuer = OpenIdIssuer().start()
    yield issuer
    issuer.stop()


@pytest.fixture
def server(tmp_path, mailbox, issuer):
    server = ServerOfIssuer(tmp_path, issuer, mailbox)
    server.install()
    server.add_user("ana@example.com", "--id", SUBJECT)
    yield server
    for client in server.clients:
        client.close()
    server.stop()


@pytest.fixture
def running(server):
    return server.start()


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "ES384", "EdDSA"])
def test_a_jwt_is_checked_by_the_published_keys(server, algorithm):
    server.issuer.publish([new_key("ES256"), new_key("RS256"), new_key(algorithm)])
    server.start()
    token = server.issuer.token(SUBJECT, algorithm=algorithm)
    assert jwt.get_unverified_header(token)["alg"] == algorithm
    answer = server.answer(token)
    assert (answer.status_code, answer.json()["id"]) == (200, SUBJECT)
    assert server.issuer.asked(INTROSPECTION) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_belongs_to_the_session_of_its_token(running, kind):
    def user():
        return User(running, SUBJECT, "ana@example.com", kind=kind)

    ana, elsewhere = user(), user()
    verified = ana.verify_password()
    assert verified.status_code == 201, verified.text
    record = verified.json()["verificationRecordId"]
    refused = elsewhere.change_password(record, "another horse, the same barrier")
    assert code_of(refused) == "verification_record.permission_denied"
    assert ana.change_password(record, "another horse, the same barrier").status_code == 204


@pytest.mark.parametrize("kind", KINDS)
def test_the_client_of_a_token_is_known(server, kind):
    server.more = {"SEKISHO_FIRST_PARTY_CLIENTS": "another"}
    server.start()
    third_party = User(server, SUBJECT, "ana@example.com", kind=kind)
    assert code_of(third_party.verify_password()) == "auth.third_party_application_forbidden"


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_for_another_audience_is_refused(running, kind):
    issuer = running.issuer
    assert running.status(issuer.token(SUBJECT, kind)) == 200
    refused = running.answer(issuer.token(SUBJECT, kind, audience="https://other.example.com"))
    assert (refused.status_code, code_of(refused)) == (401, "auth.unauthorized")


def test_forged_tokens_are_refused_without_asking_the_issuer(running):
    issuer = running.issuer
    true = issuer.token(SUBJECT)
    assert running.status(true) == 200
    key = next(key for key in issuer.keys if key["alg"] == "ES256")
    rsa = next(key for key in issuer.keys if key["alg"] == "RS256")
    claims = jwt.decode(true, options={"verify_signature": False})
    other = new_key("ES256")
    public = {name: value for name, value in other.items() if name != "d"}

    def signed(by=key, header=None, **changes):
        header = {"typ": "at+jwt", "kid": by["kid"], **(header or {})}
        signing = jwt.PyJWK(by).key
        return jwt.encode({**claims, **changes}, signing, algorithm=by["alg"], headers=header)

    def by_secret(secret, kid):
        """By hand: the library would not take a public key for a secret."""
        signed = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': kid})}.{part(claims)}"
        tag = hmac.digest(secret, signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(tag).rstrip(b'=').decode()}"

    pem = jwt.PyJWK(rsa).key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    forged = {
        "another issuer": signed(iss="https://id.example.com"),
        "the issuer with a slash": signed(iss=issuer.url + "/"),
        "another audience": signed(aud="https://other.example.com"),
        "expired": signed(exp=int(time.time())),
        "not yet": signed(nbf=int(time.time()) + 300),
        "no subject": signed(sub=None),
        "another key": signed(other, header={"kid": key["kid"]}),
        "another key in the header": signed(other, header={"kid": key["kid"], "jwk": public}),
        "another key's address": signed(other, header={"kid": key["kid"], "jku": "https://e.example"}),
        "a key of another algorithm": signed(key, header={"kid": rsa["kid"]}),
        "a public key as a secret": by_secret(pem, rsa["kid"]),
        "a modulus as a secret": by_secret(rsa["n"].encode(), rsa["kid"]),
        "a secret of no key": by_secret(b"x" * 32, "unknown"),
        "an unknown key, expired": signed(other, exp=int(time.time()) - 1),
        "an unknown key, another issuer": signed(other, iss="https://id.example.com"),
        "an unknown key, another audience": signed(other, aud="https://other.example.com"),
        "no algorithm": f"{part({'alg': 'none'})}.{part(claims)}.",
        "no signature": true.rsplit(".", 1)[0] + ".",
        "no type of ours": signed(header={"typ": "logout+jwt"}),
        "an id token": issuer.sign_in(SUBJECT)["id_token"],
    }
    before = issuer.asked(DISCOVERY)
    for name, token in forged.items():
        refused = running.answer(token)
        assert (refused.status_code, code_of(refused)) == (401, "auth.unauthorized"), name
    assert issuer.asked(DISCOVERY) == before
    # What was forged is forged well: with nothing changed it passes.
    assert running.status(signed()) == 200


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_new_key_is_known_at_once_and_the_old_one_while_it_is_published(running):
    issuer = running.issuer
    old, before = issuer.keys, issuer.token(SUBJECT)
    assert running.status(before) == 200
    for _ in range(2):
        issuer.publish([new_key("ES256"), *old])
        assert running.statuses([issuer.token(SUBJECT), before, issuer.token(SUBJECT)]) == [200] * 3
    issuer.publish([new_key("ES256"), new_key("RS256")])
    assert running.status(issuer.token(SUBJECT)) == 200
    # Asked for the new key, the issuer has told that the old one is none any more.
    assert code_of(running.answer(before)) == "auth.unauthorized"


def test_unknown_keys_do_not_flood_the_issuer(running):
    issuer = running.issuer
    claims = jwt.decode(issuer.token(SUBJECT), options={"verify_signature": False})
    other = new_key("ES256")
    made_up = [
        jwt.encode(claims, jwt.PyJWK(other).key, algorithm="ES256", headers={"kid": str(number)})
        for number in range(60)
    ]
    began, before = time.monotonic(), issuer.asked("/jwks")
    assert running.statuses(made_up) == [401] * 60
    seconds = time.monotonic() - began
    assert issuer.asked("/jwks") - before <= 2 + seconds / 2


def test_an_opaque_token_is_asked_about_once(running):
    issuer = running.issuer
    for token in [issuer.token(SUBJECT, "opaque"), issuer.sign_in(SUBJECT)["access_token"]]:
        before = issuer.asked(INTROSPECTION)
        assert running.statuses([token] * 20) == [200] * 20
        assert running.answer(token).json()["id"] == SUBJECT
        assert issuer.asked(INTROSPECTION) == before + 1
    before = issuer.asked(INTROSPECTION)
    assert running.statuses(["unknown"] * 20) == [401] * 20
    assert issuer.asked(INTROSPECTION) == before + 1


def test_a_revoked_token_is_refused(running):
    issuer = running.issuer
    token, used = issuer.token(SUBJECT, "opaque"), issuer.token(SUBJECT, "opaque")
    assert running.status(used) == 200
    issuer.revoke(token)
    issuer.revoke(used)
    refused = running.answer(token)
    assert (refused.status_code, code_of(refused)) == (401, "auth.unauthorized")
    # What a server has been told is good for a minute; one that has not been told asks.
    assert running.status(used) == 200
    running.restart()
    assert running.status(used) == 401


def test_an_answer_outlives_no_token(running):
    token = running.issuer.token(SUBJECT, "opaque", seconds=4)
    assert running.status(token) == 200
    time.sleep(4)
    assert running.status(token) == 401


def test_a_refresh_token_is_no_access_token(running):
    tokens = running.issuer.sign_in(SUBJECT)
    assert running.statuses([tokens["access_token"], tokens["refresh_token"]]) == [200, 401]


def test_opaque_tokens_are_refused_where_nobody_can_be_asked(server):
    server.introspects = False
    server.start()
    token = server.issuer.token(SUBJECT, "opaque")
    assert code_of(server.answer(token)) == "auth.unauthorized"
    assert server.status(server.issuer.token(SUBJECT)) == 200
    assert server.issuer.asked(INTROSPECTION) == 0


def test_a_wrong_client_secret_is_the_operators_to_mend(server, tmp_path):
    (tmp_path / "client-secret").write_text("hunter2")
    server.start()
    token = server.issuer.token(SUBJECT, "opaque")
    assert server.is_unavailable(token)
    log = server.log.read_text()
    assert "--introspection-client-id" in log
    assert "hunter2" not in log
    assert token not in log


def test_without_its_issuer_the_server_works_with_what_it_knows(running):
    issuer = running.issuer
    known, opaque = issuer.token(SUBJECT), issuer.token(SUBJECT, "opaque")
    new_opaque = issuer.token(SUBJECT, "opaque")
    assert running.statuses([known, opaque]) == [200, 200]
    old = issuer.keys
    issuer.publish([new_key("ES256"), *old])
    new = issuer.token(SUBJECT)
    issuer.stop()
    assert running.statuses([known, opaque]) == [200, 200]
    assert all(running.is_unavailable(token) for token in [new, new_opaque, "unknown"])
    wrong = jwt.decode(new, options={"verify_signature": False}) | {"aud": "https://other.example.com"}
    wrong = jwt.encode(wrong, jwt.PyJWK(issuer.keys[0]).key, "ES256", {"kid": issuer.keys[0]["kid"]})
    assert running.status(wrong) == 401
    issuer.start()
    assert running.statuses([known, new]) == [200, 200]


def test_the_server_starts_without_its_issuer(server):
    token = server.issuer.token(SUBJECT)
    server.issuer.stop()
    server.start()
    assert server.is_unavailable(token)
    server.issuer.start()
    assert server.status(token) == 200


def test_while_the_issuer_hangs_nobody_waits_long_and_the_others_not_at_all(running):
    issuer = running.issuer
    known, opaque = issuer.token(SUBJECT), issuer.token(SUBJECT, "opaque")
    waiting = [issuer.token(SUBJECT, "opaque") for _ in range(5)]
    assert running.statuses([known, opaque]) == [200, 200]
    issuer.publish([new_key("ES256"), *issuer.keys])
    waiting += [issuer.token(SUBJECT)] * 30
    # More than are asked about at once: they wait for each other, and no longer for that.
    waiting += [f"unknown-{number}" for number in range(200)]
    issuer.hang()
    try:
        with ThreadPoolExecutor(len(waiting)) as pool:
            answers = [pool.submit(running.is_unavailable, token) for token in waiting]
            time.sleep(0.5)
            assert not any(answer.done() for answer in answers), "nobody waits for the issuer"
            assert running.statuses([known, opaque] * 5) == [200] * 10
            assert not all(answer.done() for answer in answers), "the others waited along"
            assert all(answer.result() for answer in answers)
    finally:
        issuer.resume()
    assert running.status(issuer.token(SUBJECT)) == 200


def test_an_issuer_over_tls_must_be_the_one_it_says_it_is(tmp_path, mailbox):
    tls = certificate(tmp_path)
    issuer = OpenIdIssuer(tls=tls).start()
    server = ServerOfIssuer(tmp_path, issuer, mailbox)
    server.install()
    server.add_user("ana@example.com", "--id", SUBJECT)
    try:
        token, opaque = issuer.token(SUBJECT), issuer.token(SUBJECT, "opaque")
        server.start()
        assert server.is_unavailable(token)
        assert server.is_unavailable(opaque)
        assert "certificate" in server.log.read_text()
        server.more = {"SSL_CERT_FILE": str(tls["cert"])}
        server.restart()
        assert server.statuses([token, opaque]) == [200, 200]
    finally:
        server.stop()
        issuer.stop()
