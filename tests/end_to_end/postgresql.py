"""A PostgreSQL server in a folder of its own, on a Unix socket alone."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from conftest import START_SECONDS

# PostgreSQL does not run as root, so there it runs as nobody.
NOBODY = 65534
OWNER = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def programs():
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    assert found, "PostgreSQL is missing: `make setup` installs it"
    return Path(found).parent


class Postgresql:
    """`settings` are lines of its configuration."""

    def __init__(self, settings=""):
        # The path of a socket must be short.
        self.folder = Path(tempfile.mkdtemp(prefix="sekisho-"))
        if OWNER:
            os.chown(self.folder, NOBODY, NOBODY)
        self.run("initdb", "--no-sync", "--auth=trust", "--username=owner", "-D", self.folder / "data")
        self.port = 5432
        settings = f"listen_addresses=''\nunix_socket_directories='{self.folder}'\nfsync=off\n{settings}"
        (self.folder / "data/postgresql.auto.conf").write_text(settings)

    def run(self, program, *arguments):
        done = subprocess.run(
            [programs() / program, *map(str, arguments)],
            cwd=self.folder,
            env={"LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            **OWNER,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def listen_with_tls(self, tls):
        """On a port too."""
        self.stop()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        settings = f"listen_addresses='127.0.0.1'\nport={self.port}\nssl=on\n"
        for name in ("key", "cert"):
            file = self.folder / f"tls.{name}"
            file.touch(0o600)
            file.write_bytes(tls[name].read_bytes())
            if OWNER:
                os.chown(file, NOBODY, NOBODY)
            settings += f"ssl_{name}_file='{file}'\n"
        with (self.folder / "data/postgresql.auto.conf").open("a") as file:
            file.write(settings)
        self.start()

    def start(self):
        # What it prints goes to a file: the server would keep a pipe open.
        self.run("pg_ctl", "start", "-w", "-s", "-D", self.folder / "data", "-l", self.folder / "log")
        return self

    def stop(self, mode="immediate"):
        self.run("pg_ctl", "stop", "-s", "-m", mode, "-D", self.folder / "data")

    def remove(self):
        with contextlib.suppress(AssertionError):
            self.stop()
        shutil.rmtree(self.folder)

    def url(self, role="sekisho", database="postgres"):
        return f"postgres://{role}@localhost:{self.port}/{database}?host={self.folder}"

    def psql(self, *arguments, database="postgres"):
        url = self.url("owner", database)
        return [programs() / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", url, *arguments]

    def query(self, sql, database="postgres"):
        """Rows of text."""
        command = self.psql("-c", sql, database=database)
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return [line.split("|") for line in done.stdout.splitlines()]

    @contextlib.contextmanager
    def locked(self, table, mode="ACCESS EXCLUSIVE"):
        """Whoever wants the table waits; in the mode EXCLUSIVE who reads it does not."""
        session = subprocess.Popen(self.psql(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        session.stdin.write(f"BEGIN; LOCK TABLE {table} IN {mode} MODE; SELECT 'locked';\n")
        session.stdin.flush()
        assert session.stdout.readline().strip() == "locked"
        try:
            yield
        finally:
            session.stdin.close()
            session.wait(START_SECONDS)
            session.stdout.close()


def blocks(document, language):
    """The code of a document."""
    return re.findall(rf"^```{language}\n(.*?)^```", document.read_text(), re.S | re.M)
