"""Conversations with mail servers that ask for TLS and a password, and with ones that misbehave."""

import asyncio
import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from aiosmtpd.smtp import AuthResult
from conftest import Mailbox, User, code_of
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LOGIN, SECRET = "relay@example.com", "pass:w/ord"
USERINFO = "relay%40example.com:pass%3Aw%2Ford"
# What the server allows the whole way to a provider.
TIME_LIMIT = 15


class Authority:
    """A certificate authority, and the certificate of a mail server on this machine."""

    def __init__(self, folder):
        key, name = ec.generate_private_key(ec.SECP256R1()), named("Test authority")
        authority = certificate(name, name, key.public_key())
        authority = authority.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(authority.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))

        server_key = ec.generate_private_key(ec.SECP256R1())
        host = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        server = certificate(named("relay"), name, server_key.public_key()).add_extension(
            host, critical=False
        )
        chain = folder / "relay.pem"
        private = server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain.write_bytes(private + server.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(chain)


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(subject, issuer, public_key):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public_key)
    builder = builder.serial_number(x509.random_serial_number())
    day = datetime.timedelta(days=1)
    return builder.not_valid_before(now - day).not_valid_after(now + day)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def authenticate(_server, _session, _envelope, _mechanism, data):
    is_right = (data.login, data.password) == (LOGIN.encode(), SECRET.encode())
    return AuthResult(success=is_right, handled=is_right)


# aiosmtpd does not see that TLS from the first byte on is TLS.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture(params=["starttls", "tls"])
def relay(request, authority):
    """A mail server that takes nothing without TLS and a password, and the query of its URL."""
    options = {"authenticator": authenticate, "auth_required": True}
    if request.param == "starttls":
        relay = Mailbox(tls_context=authority.context, require_starttls=True, **options)
        relay.url = f"smtp://{USERINFO}@127.0.0.1:{relay.port}?tls=required"
    else:
        relay = Mailbox(ssl_context=authority.context, auth_require_tls=False, **options)
        relay.url = f"smtps://{USERINFO}@127.0.0.1:{relay.port}"
    yield relay
    relay.close()


def start(server, url, **settings):
    server.more_settings = {"SEKISHO_SMTP_URL": url, **settings}
    subject = server.add_user("ana@example.com")
    server.start()
    return User(server, subject, "ana@example.com")


def is_refused(answer):
    return (answer.status_code, code_of(answer)) == (400, "connector.general")


def test_mail_goes_over_tls_to_a_server_of_the_authority(server, relay, authority):
    ana = start(server, relay.url, SEKISHO_SMTP_CA_FILE=str(authority.file))
    for _ in range(3):
        assert ana.send().status_code == 201
    assert [recipients for recipients, _ in relay.messages] == [["ana@example.com"]] * 3
    assert len(set(relay.peers)) == 1, "the connection was not kept"
    relay.close()
    relay.open()
    assert ana.send().status_code == 201, "a connection that had ended was not replaced"
    assert len(set(relay.peers)) == 2


def test_a_server_of_an_unknown_authority_gets_nothing(server, relay):
    ana = start(server, relay.url)
    assert is_refused(ana.send())
    assert relay.messages == []
    assert "UnknownIssuer" in server.log.read_text()


def test_a_wrong_password_is_refused_and_not_logged(server, relay, authority):
    url = relay.url.replace("pass%3A", "hunter2")
    ana = start(server, url, SEKISHO_SMTP_CA_FILE=str(authority.file))
    assert is_refused(ana.send())
    log = server.log.read_text()
    assert "535" in log
    assert "hunter2" not in log
    assert "ana@example.com" not in log


def test_without_starttls_nothing_is_said(server, mailbox):
    ana = start(server, f"smtp://{USERINFO}@127.0.0.1:{mailbox.port}?tls=required")
    assert is_refused(ana.send())
    assert mailbox.messages == []
    assert "STARTTLS is not supported" in server.log.read_text()


@pytest.mark.parametrize(
    ("language", "locale", "words"),
    [("en", "en", "Your code is"), ("ja-JP, en;q=0.9", "ja", "コードは")],
)
def test_both_parts_of_a_mail_are_in_the_language_asked_for(server, mailbox, ana, language, locale, words):
    assert ana.send(language=language).status_code == 201
    message = mailbox.messages[-1][1]
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    code = mailbox.code_for("ana@example.com")
    assert words in plain.get_content()
    assert code in html.get_content()
    assert f'<html lang="{locale}">' in html.get_content()
    assert code not in message["Subject"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].startswith("<")
    assert message["Message-ID"].endswith("@example.com>")
    assert message["Date"].datetime.tzinfo
    ana.send()
    assert mailbox.messages[-1][1]["Message-ID"] != message["Message-ID"]


class Script:
    """A mail server that says fixed lines, whatever it is told, and then hangs or hangs up."""

    def __init__(self, *lines, hangs):
        self.lines, self.hangs, self.connections = lines, hangs, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.end = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        with connection, contextlib.suppress(OSError):
            for line in self.lines:
                connection.sendall(f"{line}\r\n".encode())
                connection.recv(100_000)
            if self.hangs:
                self.end.wait(60)

    def close(self):
        self.end.set()
        # A thread that waits for connections keeps a listener open that is only closed.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


GREETED = ["220 relay", "250 relay", "250 sender", "250 recipient", "354 go on"]


@pytest.fixture
def script():
    scripts = []

    def make(*lines, hangs):
        scripts.append(Script(*lines, hangs=hangs))
        return scripts[-1]

    yield make
    for each in scripts:
        each.close()


@pytest.mark.parametrize("lines", [[], GREETED], ids=["at once", "after the message"])
def test_a_mail_server_that_hangs_is_given_up(server, script, lines):
    hanging = script(*lines, hangs=True)
    ana = start(server, hanging.url)
    with ThreadPoolExecutor(20) as pool:
        began = time.monotonic()
        sends = [pool.submit(ana.send, f"ana{number % 2}@example.com") for number in range(20)]
        time.sleep(1)
        for _ in range(10):
            at = time.monotonic()
            assert ana.http.get("/api/my-account").status_code == 200
            assert time.monotonic() - at < 5, "another path waits for the mail server"
        assert hanging.connections == 8, "the pool has another size"
        assert all(is_refused(send.result()) for send in sends)
        assert TIME_LIMIT - 1 < time.monotonic() - began < TIME_LIMIT + 5
    # Ten to each of the two addresses would have used up their budgets, had they counted.
    hanging.close()
    assert is_refused(ana.send("ana0@example.com"))


def test_a_message_that_may_have_arrived_is_not_sent_again(server, script):
    dying = script(*GREETED, hangs=False)
    ana = start(server, dying.url)
    assert is_refused(ana.send())
    assert dying.connections == 1


def test_a_connection_that_was_refused_is_tried_once_more(server, script):
    busy = script("421 too busy", hangs=False)
    ana = start(server, busy.url)
    assert is_refused(ana.send())
    assert busy.connections == 2


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("451 4.7.0 Try again, rate limit exceeded", (429, "connector.rate_limit_exceeded")),
        ("451 4.3.0 Out of disk", (400, "connector.general")),
        ("554 5.7.1 Message rate is no spam", (400, "connector.general")),
    ],
)
def test_a_limit_of_the_provider_is_told_from_a_failure(mailbox, ana, answer, expected):
    mailbox.answer = answer
    refused = ana.send()
    assert (refused.status_code, code_of(refused)) == expected


def test_who_gives_up_leaves_nothing_to_the_next_recipient(server, script, mailbox):
    """A conversation broken off in the middle takes its connection with it."""

    async def pause(_server, _session, envelope, address, _options):
        envelope.rcpt_tos.append(address)
        if address.startswith("slow"):
            await asyncio.sleep(3)
        return "250 OK"

    mailbox.handle_RCPT = pause
    server.more_settings = {}
    user = User(server, server.add_user("ana@example.com"), "ana@example.com")
    server.start()
    for _ in range(2):
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(
                f"{server.url}/api/verifications/verification-code",
                json={"identifier": {"type": "email", "value": "slow@example.com"}},
                headers={"Authorization": f"Bearer {user.token}"},
                timeout=1,
            )
        assert user.send().status_code == 201
    assert {tuple(recipients) for recipients, _ in mailbox.messages} == {("ana@example.com",)}
