"""What a newcomer pastes does what it says."""

import json
import os
import re
import subprocess

import pytest
from conftest import SERVER


@pytest.fixture
def printed():
    """What `serve --dev` prints, up to the third command."""
    process = subprocess.Popen(
        [SERVER, "serve", "--dev", "--listen", "127.0.0.1:0"],
        env={"PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    lines = []
    while len([line for line in lines if "curl" in line]) < 3:
        lines.append(process.stdout.readline())
        assert lines[-1], "the server ended"
    yield lines
    process.kill()
    process.wait()


def test_the_three_lines_can_be_pasted(printed):
    verify, check, change = [line for line in printed if "curl" in line]
    verified = json.loads(paste(verify))
    assert verified["verificationRecordId"].startswith("sekisho_r1_")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", verified["expiresAt"])
    assert json.loads(paste(check))["verificationRecordId"].startswith("sekisho_r1_")
    assert paste(change).strip() == "HTTP 204"


def paste(line):
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout
