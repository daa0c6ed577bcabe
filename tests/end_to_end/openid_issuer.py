"""A real OpenID issuer in a process of its own, and users who sign in there."""

import base64
import hashlib
import json
import os
import re
import secrets
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
from conftest import AUDIENCE, START_SECONDS
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

SCRIPT = Path(__file__).parent / "issuer" / "issuer.mjs"
CACHE = (
    os.environ.get("SEKISHO_CACHE") or f"{os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache'}/sekisho"
)
CLIENT_ID = "sekisho/server"
# Characters that are encoded before they go into Basic.
CLIENT_SECRET = "a secret: 100% + &=:"
SCOPE = "openid offline_access profile email phone"


def new_key(algorithm):
    """A private JWK with a key id of its own."""
    if algorithm.startswith("ES"):
        curve = ec.SECP256R1() if algorithm == "ES256" else ec.SECP384R1()
        jwk = ECAlgorithm.to_jwk(ec.generate_private_key(curve), as_dict=True)
    elif algorithm == "EdDSA":
        jwk = OKPAlgorithm.to_jwk(ed25519.Ed25519PrivateKey.generate(), as_dict=True)
    else:
        jwk = RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048), as_dict=True)
    jwk.pop("key_ops", None)
    return {**jwk, "kid": secrets.token_hex(8), "use": "sig", "alg": algorithm}


class OpenIdIssuer:
    def __init__(self, algorithms=("ES256", "RS256"), tls=None):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.tls = tls
        self.url = f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
        self.keys = [new_key(algorithm) for algorithm in algorithms]
        self.process = None

    def start(self):
        settings = {
            "modules": f"{CACHE}/issuer/node_modules",
            "url": self.url,
            "keys": self.keys,
            "client": {"id": CLIENT_ID, "secret": CLIENT_SECRET},
            "tls": self.tls and {name: Path(self.tls[name]).read_text() for name in ("key", "cert")},
        }
        self.process = subprocess.Popen(
            ["node", SCRIPT, json.dumps(settings)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        lines = iter(self.process.stdout.readline, "")
        assert any(line.strip() == "listening" for line in lines), "the issuer ended"
        return self

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait(START_SECONDS)
            self.process.stdout.close()
            self.process = None

    def hang(self):
        """Connections are taken and nothing is answered."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def publish(self, keys):
        """The issuer comes back with other keys; it signs with the first of each algorithm."""
        self.stop()
        self.keys = keys
        self.start()

    def http(self, **options):
        verify = self.tls["context"] if self.tls else False
        return httpx.Client(base_url=self.url, verify=verify, timeout=START_SECONDS, **options)

    def asked(self, path):
        """How often a path was asked for."""
        with self.http() as http:
            return http.get("/asked").json().count(path)

    def sign_in(self, subject, resource=None):
        """The authorization code flow with PKCE, as an application's user goes through it."""
        verifier = secrets.token_urlsafe(32)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        wanted = {"resource": resource} if resource else {}
        query = {
            "client_id": "app",
            "response_type": "code",
            "redirect_uri": f"{self.url}/callback",
            "scope": SCOPE,
            "prompt": "consent",
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
            **wanted,
        }
        with self.http(follow_redirects=True) as http:
            page = http.get("/auth", params=query)
            for _ in ("login", "consent"):
                form = dict(re.findall(r'name="(prompt)" value="(\w+)"', page.text))
                assert form, page.text
                page = http.post(page.url, data={**form, "login": subject, "password": "any"})
            code = parse_qs(urlsplit(str(page.url)).query)["code"][0]
            grant = {
                "grant_type": "authorization_code",
                "client_id": "app",
                "code": code,
                "redirect_uri": query["redirect_uri"],
                "code_verifier": verifier,
                **wanted,
            }
            answer = http.post("/token", data=grant)
            assert answer.status_code == 200, answer.text
            return answer.json()

    def token(self, subject, kind="jwt", algorithm="ES256", audience=AUDIENCE, seconds=3600):
        resource = f"urn:test:{kind}:{algorithm}:{seconds}:{audience}"
        return self.sign_in(subject, resource)["access_token"]

    def revoke(self, token):
        with self.http() as http:
            answer = http.post("/token/revocation", data={"client_id": "app", "token": token})
            assert answer.status_code == 200, answer.text
