"""Runs the static server as its image would: `image.py PROGRAM ROOT`, as root, in a mount and a network
namespace of its own. ROOT, an empty folder, then has the program, the certificates of authorities and where
names are looked up, and is read-only; the user is the image's."""

import contextlib
import fcntl
import json
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from dockerfile_parse import DockerfileParser

DOCKERFILE = Path(__file__).parents[2] / "server-example/deploy/Dockerfile"
NAME_SERVER = "127.0.0.1"
URL = "http://127.0.0.1:3001"
# Of those that every engine puts in (the OCI runtime specification), what the program reads.
DEVICES = ("random", "urandom")
CHROOT = shutil.which("chroot")


class Image:
    """What the Dockerfile says, with the root that it makes."""

    def __init__(self, root, program):
        self.root = root
        said = {one["instruction"]: one["value"] for one in DockerfileParser(str(DOCKERFILE)).structure}
        self.user = said["USER"]
        self.entry = json.loads(said["ENTRYPOINT"])
        self.health = json.loads(said["HEALTHCHECK"].partition("CMD ")[2])
        self.environment = dict([said["ENV"].split("=", 1)])
        for folder in ("etc/ssl/certs", "data", "dev"):
            (root / folder).mkdir(parents=True)
        for device in DEVICES:
            (root / "dev" / device).touch()
        shutil.copy(program, root / self.entry[0].lstrip("/"))
        shutil.copy("/etc/ssl/certs/ca-certificates.crt", root / "etc/ssl/certs")
        (root / "etc/resolv.conf").write_text(f"nameserver {NAME_SERVER}\n")

    def close(self):
        """Makes everything read-only but the volume."""
        call("mount", "--bind", self.root, self.root)
        call("mount", "-o", "remount,bind,ro", self.root)
        call("mount", "-t", "tmpfs", "tmpfs", self.root / "data")
        for device in DEVICES:
            call("mount", "--bind", f"/dev/{device}", self.root / "dev" / device)
        shutil.chown(self.root / "data", *map(int, self.user.split(":")))

    def run(self, *command):
        done = subprocess.run(self.command(*command), env=self.environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def command(self, *command):
        return [CHROOT, f"--userspec={self.user}", "--groups=", self.root, *command]

    @contextlib.contextmanager
    def serve(self, *arguments):
        command = self.command(*self.entry, "serve", *arguments)
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL)
        try:
            self.wait(process)
            yield
            process.terminate()
            require(process.wait(timeout=40) == 0, "SIGTERM ends it well")
        finally:
            process.kill()

    def wait(self, process):
        deadline = time.monotonic() + 20
        while self.run(*self.health)[0] != 0:
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit("image: the server does not become healthy")
            time.sleep(0.1)
        print("image: it becomes healthy")


def main(program, root):
    start_network()
    threading.Thread(target=answer_names, args=(name_server(),), daemon=True).start()
    image = Image(root, program)
    image.close()
    check(image)
    print(f"the image's program: {program.stat().st_size / 2**20:.1f} MiB, all is well")


def check(image):
    status, told = image.run(*image.health)
    require(status != 0 and "no healthy server" in told, "without a server there is no health")
    status, told = image.run(*image.entry, "keys", "generate", "--keys-file", "/etc/keys")
    require(status != 0 and "Read-only file system" in told, "its root cannot be written", told)

    with image.serve("--dev"):
        require(outbox_has_message(), "messages are made of built-in templates")

    # The port is closed, so it is refused; a name that cannot be looked up has another error.
    database = "postgres://sekisho@db.example.com:1/sekisho"
    status, told = image.run(*image.entry, "user", "list", "--database", database)
    require(status != 0 and "refused" in told.lower(), "names are looked up", told)

    status, told = image.run(*image.entry, "keys", "generate", "--keys-file", "/data/keys")
    require(status == 0, "a volume can be written", told)
    with image.serve(
        *("--database", "/data/sekisho.db", "--keys-file", "/data/keys"),
        *("--access-token-issuer", "https://id.example.com", "--access-token-audience", "a"),
        *("--smtp-url", "smtps://mail.example.com", "--mail-from", "no-reply@example.com"),
    ):
        checks = json.loads(ask("/readyz")[1])["checks"]
        # No issuer answers here.
        require(checks.pop("issuer") == "failing", "the issuer is asked", checks)
        require(set(checks.values()) == {"ok"}, "everything else is ready", checks)
    files = sorted(file.name for file in (image.root / "data").iterdir())
    require(files == ["keys", "sekisho.db"], "nothing else is written", files)


def outbox_has_message():
    email = "image@example.com"
    _, user = ask("/dev/users", {"primaryEmail": email})
    _, token = ask("/dev/tokens", {"sub": json.loads(user)["id"]})
    identifier = {"identifier": {"type": "email", "value": email}}
    path = "/api/verifications/verification-code"
    status, _ = ask(path, identifier, json.loads(token)["accessToken"])
    (message,) = json.loads(ask(f"/dev/outbox?to={email}")[1])
    return status == 201 and message["code"] in message["text"]


def ask(path, body=None, token=None):
    """Status and body of an answer."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(URL + path, body and json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def start_network():
    """The loopback device, which is down in a new network namespace."""
    up_and_running = 0x49
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", up_and_running))


def name_server():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((NAME_SERVER, 53))
    return server


def answer_names(server):
    """Says of every name that it is this machine (RFC 1035), which has IPv4 alone."""
    while True:
        query, client = server.recvfrom(512)
        question = query[12 : query.index(0, 12) + 5]
        is_ipv4 = question[-4:-2] == b"\0\1"
        answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton("127.0.0.1") if is_ipv4 else b""
        counts = struct.pack(">HHHH", 1, int(is_ipv4), 0, 0)
        server.sendto(query[:2] + b"\x81\x80" + counts + question + answer, client)


def call(*command):
    subprocess.run(command, check=True)


def require(truth, what, told=""):
    if not truth:
        sys.exit(f"image: not so: {what}. {told}".rstrip())
    print(f"image: {what}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
