"""The implementations of the HTTP contract, each a real process in production mode. What they have in
common is a key ring, an issuer and users; databases and counters are each one's own."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import httpx
from conftest import AUDIENCE, START_SECONDS, TLS, Server, succeed

ROOT = Path(__file__).parents[2]


class ReferenceServer(Server):
    """It finds its issuer's keys by discovery."""

    def install(self):
        succeed("keys", "generate", "--keys-file", self.folder / "keys")

    def settings(self):
        settings = {**super().settings(), "SEKISHO_ACCESS_TOKEN_ISSUER": self.issuer.url}
        del settings["SEKISHO_ACCESS_TOKEN_KEY_FILE"]
        return settings

    def ring(self):
        return (self.folder / "keys").read_text().strip()

    def users(self):
        """Its table of users as SQL; the others' have the same columns."""
        with closing(sqlite3.connect(self.folder / "sekisho.db")) as database:
            rows = database.execute("SELECT * FROM users").fetchall()
        return "".join(f"INSERT INTO users VALUES ({', '.join(map(literal, row))});" for row in rows)


class Process:
    """A program that prints its address once it accepts connections."""

    def __init__(self, name, server, source, command, **settings):
        log = server.folder / f"{name}.log"
        with log.open("w") as stderr:
            self.process = subprocess.Popen(
                command,
                cwd=source,
                env={**os.environ, **in_common(server), **settings},
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        try:
            self.url = self.process.stdout.readline().strip()
            assert self.url.startswith("http://"), log.read_text()
            # FastAPI opens its database after it has printed the address and before it answers.
            assert httpx.get(f"{self.url}/api/my-account", timeout=30, verify=TLS).status_code == 401
        except BaseException:
            self.stop()
            raise

    def stop(self):
        self.process.terminate()
        self.process.wait(START_SECONDS)
        self.process.stdout.close()


def fastapi(server):
    command = [os.environ["SEKISHO_FASTAPI_PYTHON"], "-B", "-m", "account_api"]
    return example("fastapi", server, "bindings-uniffi/python/examples/fastapi", command)


def ktor(server):
    command = ["java", "-jar", "target/account-api.jar"]
    return example("ktor", server, "bindings-uniffi/kotlin/examples/ktor", command)


def example(name, server, folder, command):
    """An example of a package with the server's key ring, issuer and users."""
    database = server.folder / f"{name}.db"
    command = [*command, "--listen", "127.0.0.1:0"]
    process = Process(name, server, ROOT / folder, command, SEKISHO_DATABASE=str(database))
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(server.users())
    return process


def worker(server):
    """The edge worker with the server's key ring, issuer and users."""
    source, state = ROOT / "bindings-wasm/worker", server.folder / "worker"
    command = ["node", "serve.mjs", "--listen", "127.0.0.1:0", "--state", state]
    process = Process("worker", server, source, command)
    execute = ["node_modules/.bin/wrangler", "d1", "execute", "sekisho", "--local", "--persist-to", state]
    options = {"cwd": source, "capture_output": True, "text": True}
    added = subprocess.run([*execute, "--command", server.users()], **options)
    assert added.returncode == 0, added.stderr
    return process


def in_common(server):
    return {
        "SEKISHO_KEYS": server.ring(),
        "SEKISHO_ACCESS_TOKEN_ISSUER": server.issuer.url,
        "SEKISHO_ACCESS_TOKEN_AUDIENCE": AUDIENCE,
        "SEKISHO_ACCESS_TOKEN_JWKS_URL": f"{server.issuer.url}/jwks",
        "SEKISHO_SMTP_URL": f"smtp://127.0.0.1:{server.mailbox.port}",
        "SEKISHO_MAIL_FROM": "no-reply@example.com",
        "WRANGLER_SEND_METRICS": "false",
    }


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    quoted = value.replace("'", "''")
    return f"'{quoted}'"
