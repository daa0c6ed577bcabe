"""What a newcomer pastes does what it says."""

import json
import os
import re
import subprocess
from pathlib import Path

import httpx
import pytest
from conftest import PASSWORD, SERVER, TLS
from documents import blocks, run_as_shown, section
from openid_issuer import OpenIdIssuer

README = Path(__file__).parents[2] / "README.md"


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


@pytest.fixture
def issuer():
    issuer = OpenIdIssuer().start()
    yield issuer
    issuer.stop()


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


def test_the_readme_starts_a_server_and_its_requests_work(tmp_path, mailbox, issuer):
    first, requests = [text for _, text in blocks(section(README, "Quick start: HTTP"))]
    (tmp_path / "sekisho-server").symlink_to(SERVER)
    relay = f"smtp://127.0.0.1:{mailbox.port}"
    prepare, serve = first.split("sekisho-server serve")
    serve = "exec sekisho-server serve" + serve.replace("smtps://user:password@mail.example.com", relay)
    serve = serve.replace("https://id.example.com", issuer.url)
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SEKISHO_LISTEN": "127.0.0.1:0"}

    added = run(prepare, tmp_path, env, stdin=PASSWORD)
    subject = added.strip().splitlines()[-1]
    process = subprocess.Popen(["sh", "-c", serve], cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True)
    try:
        url = process.stdout.readline().strip()
        requests = re.findall(r"^curl .*?'$", requests.replace("http://127.0.0.1:3001", url), re.S | re.M)
        verify, send, check, change = requests
        env["TOKEN"] = issuer.token(subject)
        assert json.loads(run(verify, tmp_path, env))["verificationRecordId"].startswith("sekisho_r1_")
        env["CHALLENGE"] = json.loads(run(send, tmp_path, env))["verificationRecordId"]
        env["CODE"] = mailbox.code_for("ana@example.com")
        env["RECORD"] = json.loads(run(check, tmp_path, env))["verificationRecordId"]
        run(change, tmp_path, env)
        body = {"password": "another horse, the same barrier"}
        headers = {"Authorization": f"Bearer {env['TOKEN']}"}
        answer = httpx.post(f"{url}/api/verifications/password", json=body, headers=headers, verify=TLS)
        assert answer.status_code == 201, answer.text
    finally:
        process.kill()
        process.wait()


def test_an_operation_is_approved_as_the_readme_shows(dev):
    run_as_shown(dev.url, section(README, "Quick start: approve an operation"))


def run(script, folder, env, stdin=None):
    done = subprocess.run(
        ["sh", "-ec", script],
        cwd=folder,
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
