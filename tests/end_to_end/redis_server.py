"""A Redis server in a folder of its own, on a port of its own."""

import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from conftest import START_SECONDS


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RedisServer:
    """`settings` are as on its command line."""

    def __init__(self, *settings):
        assert shutil.which("redis-server"), "Redis is missing: `make setup` installs it"
        self.folder = Path(tempfile.mkdtemp(prefix="sekisho-"))
        self.port = free_port()
        self.settings = ["--port", self.port, "--save", "", *settings]
        self.process = None

    def start(self):
        command = ["redis-server", "--bind", "127.0.0.1", "--dir", self.folder, *self.settings]
        self.process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        address = ("127.0.0.1", self.port)
        while True:
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(address):
                return self
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.02)

    def stop(self):
        self.process.kill()
        self.process.wait()

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder)

    @contextlib.contextmanager
    def hanging(self):
        """It takes connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def cli(self, *command):
        """What Redis answers, as text."""
        line = ["redis-cli", "-p", str(self.port), *map(str, command)]
        done = subprocess.run(line, capture_output=True, text=True, timeout=START_SECONDS, check=True)
        return done.stdout.strip()

    def url(self, user=""):
        return f"redis://{user}127.0.0.1:{self.port}"
