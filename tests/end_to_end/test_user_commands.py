"""What the operator's commands say, when they work and when they do not."""

import pytest
from conftest import command, succeed

PASSWORD = "correct horse, wrong barrier"


@pytest.fixture
def database(tmp_path):
    database = tmp_path / "sekisho.db"
    succeed("user", "add", "--database", database, "--id", "ana", "--username", "ana_h")
    return database


@pytest.mark.parametrize("arguments", [["list"], ["set-password", "ana"]])
@pytest.mark.parametrize(
    ("name", "told"), [("none.db", "no file"), ("none/x.db", "no file"), (".", "this is a folder")]
)
def test_a_database_that_is_not_there_is_told_in_words(tmp_path, arguments, name, told):
    done = command("user", *arguments, "--database", tmp_path / name, stdin=PASSWORD)
    assert done.returncode != 0
    assert told in done.stderr
    assert str(tmp_path) in done.stderr
    assert "code: 14" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "told"), [("none/x.db", "folder of this file"), (".", "this is a folder")])
def test_a_database_that_cannot_be_made_is_told_in_words(tmp_path, name, told):
    done = command("user", "add", "--database", tmp_path / name, "--username", "ana_h")
    assert done.returncode != 0
    assert told in done.stderr


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "fewer than 8 characters"),
        ("aaaaaaaaaaaa", "over and over"),
        ("87654321", "a sequence"),
        ("my name is ana_h!", "the user's own name"),
        ("letmein1", "easy to guess"),
        ("é" * 257, "more than 256 characters"),
    ],
)
def test_a_password_that_is_not_acceptable_is_told_why_in_words(database, password, told):
    done = command("user", "set-password", "ana", "--database", database, stdin=password)
    assert done.returncode != 0
    assert told in done.stderr
    assert "password_rejected" not in done.stderr
    assert password not in done.stderr
    assert "no password" in succeed("user", "list", "--database", database)


def test_a_command_that_works_says_what_it_has_done(database, tmp_path):
    assert "the password is set" in succeed(
        "user", "set-password", "ana_h", "--database", database, stdin=PASSWORD
    )
    succeed("keys", "generate", "--keys-file", tmp_path / "keys")
    where = ("--database", database, "--keys-file", tmp_path / "keys")
    told = succeed("user", "unblock", *where, "ana_h")
    assert told.startswith("ana: ")
    assert told.strip().endswith("no block is left")
