"""Secrets of every kind go in by every way there is. Nothing comes out but what is documented."""

import base64
import re

import pytest
from canaries import (
    ANA,
    BO,
    BOS_SUBJECT,
    NEW,
    NEW_PHONE,
    PASSWORDS,
    PHONE,
    SESSION,
    STRANGER,
    SUBJECT,
    USERNAME,
    Story,
    forms,
    found,
)
from canary_stores import stores

ALWAYS_SECRET = re.compile(r"sekisho_[rchx]1_|sekisho_keys_1|Bearer |\$argon2|eyJ[\w-]{8}", re.IGNORECASE)


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL", "PostgreSQL and Redis"])
def story(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("canaries")
    with stores(request.param, folder) as kept_in:
        yield Story(folder, kept_in)


def test_nothing_secret_is_told(story):
    """By the log at its most talkative, with its audit events, by metrics, by the commands."""
    assert len(story.codes) > 15
    assert len(story.tokens) > 15
    assert len(story.rings) > 4
    everything = story.secrets | story.people | story.codes | story.tokens
    shown = {"log": story.log, "metrics": "".join(story.metrics)}
    shown |= {f"standard error of {done.args[1:3]}": done.stderr for done in story.commands if is_quiet(done)}
    for where, text in shown.items():
        assert found(everything, text) == set(), where
        assert not ALWAYS_SECRET.search(text), where
    assert story.log.count("sekisho::audit") > 40
    assert "/api/my-account/password" in story.log
    assert "sekisho_verifications_total" in shown["metrics"]


def is_quiet(done):
    """A command that was told whom it is about may say it again when it fails."""
    return done.returncode == 0


def test_commands_tell_no_secret(story):
    """They show an operator the users that are asked for, and nothing that opens anything."""
    secrets = story.secrets | story.codes | story.tokens
    for done in story.commands:
        assert found(secrets, done.stdout + done.stderr) == set(), done.args
        assert not ALWAYS_SECRET.search(done.stdout + done.stderr), done.args


def test_answers_tell_no_secret(story):
    """An answer has the record that it gives, and no password, code or key."""
    for answer in story.answers:
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        assert found(story.secrets | story.codes, headers + answer.text) == set(), answer.url


def test_messages_tell_no_more_than_the_code(story):
    """A provider learns whom a message is for and what it says."""
    messages = [message.as_string() for _, message in story.mailbox.messages]
    messages += [body.decode() for _, body in story.provider.requests]
    assert len(messages) > 15
    for message in messages:
        assert found(story.secrets | story.tokens | {SUBJECT, SESSION, USERNAME}, message) == set()


def test_what_is_kept_is_what_is_documented(story):
    """Users have their addresses and a hash; counters are of nobody; and that is all: neither the files of
    SQLite and Redis nor what PostgreSQL and Redis were ever told has anything else."""
    kept = story.kept
    of_users = {SUBJECT, USERNAME, ANA, NEW, BO, PHONE, NEW_PHONE, BOS_SUBJECT}
    never = story.secrets | story.codes | story.tokens | story.people
    for name, content in kept.raw.items():
        # Who asks for a user by address says it, whether there is one or not.
        asked_for = {STRANGER} if name == "PostgreSQL was told" else set()
        of_nobody = name.startswith("Redis") or name.endswith(".aof")
        allowed = set() if of_nobody else of_users | asked_for
        assert found(never - allowed, content) == set(), name
    assert len(kept.counters) > 20
    for key, count, expires_at in kept.counters:
        assert re.fullmatch(r"[\w-]{22}", key), key
        assert isinstance(count, int), count
        assert isinstance(expires_at, int), expires_at
    assert found(never, repr([kept.counters, kept.others])) == set()
    users = {row[0]: row for row in kept.users}
    assert set(users) == {SUBJECT, BOS_SUBJECT}
    assert found(never - of_users, repr(users)) == set()
    assert NEW_PHONE in users[SUBJECT]
    assert any(str(value).startswith("$argon2id$") for value in users[SUBJECT])


def test_a_token_tells_nobody_whose_it_is(story):
    """A record or challenge, decoded, has none of what it is bound to, and not its code."""
    sealed = [token for token in story.tokens if token.startswith("sekisho_")]
    assert {token[:11] for token in sealed} == {"sekisho_r1_", "sekisho_c1_"}
    for token in sealed:
        content = base64.urlsafe_b64decode(token[11:]).decode("latin-1")
        assert found(story.secrets | story.people, content) == set()
        assert not any(code in content for code in story.codes)


@pytest.mark.parametrize(
    "leak",
    [
        "a code 123456 went out",
        "code=123456",
        "#123456",
        f"password {PASSWORDS['right']!r}",
        f"%22{'canary%20horse%2C%20wrong%20barrier%207q'}",
        base64.b64encode(PASSWORDS["right"].encode()).decode(),
        PASSWORDS["right"].upper(),
        sorted(forms(PASSWORDS["right"]))[0],
    ],
)
def test_a_leak_would_be_found(leak):
    assert found({"123456", PASSWORDS["right"]}, leak) != set()


def test_what_only_looks_like_a_code_is_none():
    harmless = '"timestamp":"2026-11-24T15:15:17.123456Z" 0.123456 ab123456cd 1234567'
    assert found({"123456"}, harmless) == set()
