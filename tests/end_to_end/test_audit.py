"""Audit events where it matters: blocks, clients that hang up, and whose pseudonym it is."""

import contextlib
import itertools
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
from conftest import JSON, User, code_of, command, succeed
from observability import Metrics, audit, json_lines, monitoring_url, rows, wait_until

ANA = "ana@secret.example"


def test_a_block_is_told_once_and_so_is_its_end(watched, tmp_path):
    config = tmp_path / "sekisho.toml"
    config.write_text("[policy]\nlockout.maxAttempts = 3\n")
    watched.more_settings |= {"SEKISHO_CONFIG_FILE": str(config), "SEKISHO_LOG_LEVEL": "error"}
    subject = watched.add_user(ANA)
    watched.start()
    user = User(watched, subject, ANA)
    with ThreadPoolExecutor(8) as pool:
        answers = Counter(code_of(a) for a in pool.map(lambda _: user.verify_password("wrong"), range(8)))
    assert answers["session.invalid_credentials"] == 2
    watched.stop()
    events = audit(json_lines(watched.log))
    assert Counter(event["event.name"] for event in events) == {"password.check": 8, "user.block": 1}
    [block] = [event for event in events if event["event.name"] == "user.block"]
    assert block["level"] == "WARN"
    pseudonym = ("pseudonym", "--keys-file", tmp_path / "keys")
    assert {event["user.hash"] for event in events} == {succeed(*pseudonym, "user", subject).strip()}

    succeed("keys", "rotate", "--keys-file", tmp_path / "keys", "--seals-in", "0")
    database = ("--database", tmp_path / "sekisho.db", "--keys-file", tmp_path / "keys")
    done = command("user", "unblock", *database, subject, env=JSON)
    assert done.returncode == 0, done.stderr
    log = tmp_path / "unblock.log"
    log.write_text(done.stderr)
    [event] = audit(json_lines(log))
    assert (event["event.name"], event["event.outcome"]) == ("user.unblock", "success")
    assert event["user.hash"] == block["user.hash"], "a rotation changes no pseudonym"
    assert {"user.block", "user.unblock"} <= {row[0].strip("`") for row in rows("`event.name`")}


def test_a_decision_is_told_whose_client_has_hung_up(watched):
    subject = watched.add_user(ANA)
    watched.start()
    user = User(watched, subject, ANA)

    # In the middle of the check, whether the machine is quick or busy.
    patience = itertools.cycle([0.005, 0.01, 0.02])

    def is_told():
        with contextlib.suppress(httpx.TimeoutException):
            body = {"password": "wrong"}
            user.http.post("/api/verifications/password", json=body, timeout=next(patience))
        time.sleep(0.2)
        lines = json_lines(watched.log)
        answered = {line.get("request.id") for line in lines if line["message"] == "answered"}
        return {event["request.id"] for event in audit(lines)} - answered

    wait_until(is_told)
    metrics = Metrics(monitoring_url(watched))
    told = metrics.labelled("sekisho_verifications_total")
    assert told == {("password", "session.invalid_credentials"): len(audit(json_lines(watched.log)))}


def test_pseudonyms_are_asked_for_with_the_ring(tmp_path):
    succeed("keys", "generate", "--keys-file", tmp_path / "keys")
    pseudonym = ("pseudonym", "--keys-file", tmp_path / "keys")
    shown = {kind: succeed(*pseudonym, kind, "819012345678").strip() for kind in ("user", "session", "phone")}
    assert len(set(shown.values())) == 3
    emails = [succeed(*pseudonym, "email", address) for address in ("Ana@example.com", "ana@example.com")]
    assert emails[0] == emails[1]
    for arguments, said in [
        ((*pseudonym, "email", "ana"), "e-mail"),
        (("pseudonym", "user", "ana"), "--keys-file"),
    ]:
        done = command(*arguments)
        assert done.returncode != 0
        assert said in done.stderr
