"""A production server, its issuer of access tokens and its mail server, all real processes or sockets."""

import email
import email.policy
import os
import re
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import jwt
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

pytest_plugins = ["stores"]

SERVER = os.environ["SEKISHO_SERVER_BIN"]
ISSUER = "https://id.example.com"
AUDIENCE = "https://account.example.com"
PASSWORD = "correct horse, wrong barrier"
JSON = {"SEKISHO_LOG_FORMAT": "json"}
START_SECONDS = 20
# Making one takes a client longer than a request; no test needs more than this one.
TLS = ssl.create_default_context()


def command(*arguments, stdin=None, env=None):
    """Runs the server's command line to its end."""
    return subprocess.run(
        [SERVER, *map(str, arguments)],
        input=stdin,
        env={"PATH": os.environ["PATH"], **(env or {})},
        capture_output=True,
        text=True,
        timeout=60,
    )


def succeed(*arguments, **options):
    done = command(*arguments, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Mailbox:
    """An SMTP server that keeps what it is given. `answer` is its reply to each message, `options`
    are aiosmtpd's."""

    def __init__(self, **options):
        self.messages = []
        self.peers = []
        self.answer = "250 kept"
        # The controller tries its own port out and so cannot take any that is free.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.options = options
        self.open()

    def open(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **self.options)
        self.controller.start()

    def close(self):
        if not self.controller.loop.is_closed():
            self.controller.stop()

    async def handle_DATA(self, _server, session, envelope):
        self.peers.append(session.peer)
        if self.answer.startswith("250"):
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.messages.append((envelope.rcpt_tos, message))
        return self.answer

    def text_for(self, address):
        """The text of the last message to the address."""
        texts = [
            message.get_body(("plain",)).get_content()
            for recipients, message in self.messages
            if recipients == [address]
        ]
        assert texts, f"no message to {address}: {self.messages}"
        return texts[-1]

    def code_for(self, address):
        return re.search(r"\b\d{6}\b", self.text_for(address)).group()


class Issuer:
    """Signs access tokens with ES256."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())

    def public_pem(self):
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def token(self, subject, **claims):
        now = int(time.time())
        standard = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + 3600}
        scope = {"scope": "openid profile email phone"}
        return jwt.encode({**standard, **scope, **claims}, self.key, algorithm="ES256")


@dataclass
class Server:
    """A server in production mode over a folder that outlives it."""

    folder: Path
    issuer: Issuer
    mailbox: Mailbox
    process: subprocess.Popen = None
    url: str = None
    log: Path = None
    clients: list = field(default_factory=list)
    more_settings: dict = field(default_factory=dict)

    def settings(self):
        settings = {
            "SEKISHO_LISTEN": "127.0.0.1:0",
            "SEKISHO_DATABASE": str(self.folder / "sekisho.db"),
            "SEKISHO_KEYS_FILE": str(self.folder / "keys"),
            "SEKISHO_ACCESS_TOKEN_KEY_FILE": str(self.folder / "issuer.pem"),
            "SEKISHO_ACCESS_TOKEN_ISSUER": ISSUER,
            "SEKISHO_ACCESS_TOKEN_AUDIENCE": AUDIENCE,
            "SEKISHO_SMTP_URL": f"smtp://127.0.0.1:{self.mailbox.port}",
            "SEKISHO_MAIL_FROM": "Example <no-reply@example.com>",
            **self.more_settings,
        }
        return {name: value for name, value in settings.items() if value is not None}

    def install(self):
        succeed("keys", "generate", "--keys-file", self.folder / "keys")
        (self.folder / "issuer.pem").write_bytes(self.issuer.public_pem())

    def add_user(self, address, *arguments):
        database = self.folder / "sekisho.db"
        arguments = ("--email", address, "--password-stdin", *arguments)
        return succeed("user", "add", "--database", database, *arguments, stdin=PASSWORD).strip()

    def start(self, stderr=None):
        self.log = self.folder / "log"
        self.process = subprocess.Popen(
            [SERVER, "serve"],
            env=self.settings(),
            stdout=subprocess.PIPE,
            stderr=stderr or self.log.open("a"),
            text=True,
            restore_signals=False,  # SIGXFSZ stays ignored: a file at its limit is an error
        )
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://"), self.log.read_text()
        return self

    def stop(self, with_signal=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(with_signal)
            self.process.wait(START_SECONDS)

    def restart(self, with_signal=signal.SIGTERM):
        self.stop(with_signal)
        return self.start()

    def client(self, token):
        headers = {"Authorization": f"Bearer {token}"}
        client = httpx.Client(base_url=self.url, headers=headers, timeout=30, verify=TLS)
        self.clients.append(client)
        return client


class DevServer:
    """A server in dev mode, changed by its control surface."""

    def __init__(self, log, **settings):
        self.process = subprocess.Popen(
            [SERVER, "serve", "--dev", "--listen", "127.0.0.1:0"],
            env={"PATH": os.environ["PATH"], **settings},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://"), self.process.wait()
        self.http = httpx.Client(base_url=self.url, timeout=30, verify=TLS)

    def close(self):
        self.http.close()
        self.process.kill()
        self.process.wait()

    def set_policy(self, policy):
        changed = self.http.patch("/dev/policy", json=policy)
        assert changed.status_code == 200, changed.text

    def add_user(self, **profile):
        """A new user's access token."""
        added = self.http.post("/dev/users", json=profile)
        assert added.status_code == 201, added.text
        minted = self.http.post("/dev/tokens", json={"sub": added.json()["id"]})
        return minted.json()["accessToken"]

    def request(self, method, path, token, **options):
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        return self.http.request(method, path, headers=headers, **options)

    def verify_password(self, token, password=PASSWORD):
        body = {"password": password}
        return self.request("POST", "/api/verifications/password", token, json=body)


class User:
    """What a signed-in user's application does."""

    def __init__(self, server, subject, address, **claims):
        self.server, self.subject, self.address = server, subject, address
        self.token = server.issuer.token(subject, **claims)

    @property
    def http(self):
        return self.server.client(self.token)

    def identifier(self, address=None):
        value = address or self.address
        return {"type": "email" if "@" in value else "phone", "value": value}

    def verify_password(self, password=PASSWORD):
        return self.http.post("/api/verifications/password", json={"password": password})

    def send(self, address=None, language=None, template=None):
        body = {"identifier": self.identifier(address)}
        body |= {"templateType": template} if template else {}
        headers = {"Accept-Language": language} if language else {}
        return self.http.post("/api/verifications/verification-code", json=body, headers=headers)

    def challenge(self):
        sent = self.send()
        assert sent.status_code == 201, sent.text
        return sent.json()["verificationRecordId"], self.server.mailbox.code_for(self.address)

    def check(self, challenge, code, http=None):
        body = {"identifier": self.identifier(), "verificationId": challenge, "code": code}
        return (http or self.http).post("/api/verifications/verification-code/verify", json=body)

    def show(self, record, http=None):
        """Shows the record where nothing comes of it: the proof of the new address is none."""
        headers = {"logto-verification-id": record}
        body = {"email": "new@example.com", "newIdentifierVerificationRecordId": "none"}
        return (http or self.http).post("/api/my-account/primary-email", json=body, headers=headers)

    def change_password(self, record, password):
        headers = {"logto-verification-id": record}
        return self.http.post("/api/my-account/password", json={"password": password}, headers=headers)


def code_of(answer):
    return answer.json().get("code")


def gives_permission(answer):
    """Whether the record that was shown does."""
    code = code_of(answer)
    assert code in ("verification_record.not_found", "verification_record.permission_denied"), answer.text
    return code == "verification_record.not_found"


def another(code):
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06}"


@pytest.fixture
def mailbox():
    mailbox = Mailbox()
    yield mailbox
    mailbox.close()


@pytest.fixture
def server(tmp_path, mailbox):
    server = Server(tmp_path, Issuer(), mailbox)
    server.install()
    yield server
    for client in server.clients:
        client.close()
    server.stop(signal.SIGKILL)


@pytest.fixture
def watched(server):
    """A server whose log is JSON and which has a port for metrics, not started yet."""
    server.more_settings = {**JSON, "SEKISHO_METRICS_LISTEN": "127.0.0.1:0"}
    return server


@pytest.fixture
def dev(tmp_path):
    with (tmp_path / "dev.log").open("w") as log:
        dev = DevServer(log)
        yield dev
        dev.close()


@pytest.fixture
def ana(server):
    """A user of a server that has been started."""
    address = "ana@example.com"
    subject = server.add_user(address)
    server.start()
    return User(server, subject, address)
