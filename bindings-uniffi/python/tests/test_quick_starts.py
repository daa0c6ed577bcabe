"""What the README shows is what is run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sekisho

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def shown(name):
    (block,) = re.findall(rf"^```\w+ {re.escape(name)}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return block


def run(folder, *command, **env):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **env}
    options = {"cwd": folder, "env": environment, "text": True, "capture_output": True, "timeout": 60}
    done = subprocess.run(command, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def keys(tmp_path):
    return run(tmp_path, "sh", "-c", shown("keys")).strip()


def test_the_keys_are_a_production_ring(keys):
    assert sekisho.KeyRing(keys).environment == "production"


def test_the_transfer_that_was_approved_is_done_and_no_other(tmp_path, keys):
    (tmp_path / "app.py").write_text(shown("app.py"), encoding="utf-8")
    done, refused = run(tmp_path, sys.executable, "app.py", SEKISHO_KEYS=keys).splitlines()
    assert done == "120.00 done"
    assert refused.startswith("999.00 (401, {'code': 'record_operation_mismatch'")
    assert "'resumeHandle': 'sekisho_h1_" in refused


def test_a_password_is_hashed_and_checked(tmp_path):
    (tmp_path / "passwords.py").write_text(shown("passwords.py"), encoding="utf-8")
    assert run(tmp_path, sys.executable, "passwords.py") == "False\n"
