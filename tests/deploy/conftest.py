"""The files that the server is deployed with, read."""

import os
import subprocess
from pathlib import Path

import pytest
import tomli
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "server-example" / "deploy"
WORKSPACE = tomli.loads((ROOT / "Cargo.toml").read_text())["workspace"]
SERVER = os.environ["SEKISHO_SERVER_BIN"]


def server(*arguments, env=None):
    """Runs the server's command line to its end."""
    return subprocess.run(
        [SERVER, *map(str, arguments)],
        env={"PATH": os.environ["PATH"], **(env or {})},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def secrets(tmp_path):
    """A folder with every secret that a deployment has a file of."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "database-url").write_text("postgres://sekisho:secret@db.example.com/sekisho")
    (folder / "counters-url").write_text("rediss://sekisho:secret@redis.example.com:6379")
    (folder / "smtp-url").write_text("smtps://user:secret@mail.example.com")
    made = server("keys", "generate", "--keys-file", folder / "keys")
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="session")
def manifest():
    """The objects of Kubernetes by their kinds."""
    objects = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
    by_kind = {one["kind"]: one for one in objects}
    assert len(by_kind) == len(objects), "no kind is there twice"
    return by_kind
