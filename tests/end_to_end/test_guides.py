"""What the guides show is what happens: their shell lines are run in order, and each answer is compared."""

from pathlib import Path

import pytest
from conftest import command
from documents import blocks, run_as_shown, same, section

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "guides"
PAYMENT = GUIDES / "approve-a-payment.md"


@pytest.mark.parametrize("name", ["change-the-password", "link-an-identifier"])
def test_a_guide_does_what_it_shows(name, dev):
    run_as_shown(dev.url, (GUIDES / f"{name}.md").read_text())


def test_a_payment_is_approved_over_http_as_the_guide_shows(dev):
    run_as_shown(dev.url, section(PAYMENT, "Over HTTP"))


def test_the_guides_operations_are_settings_that_the_server_takes(server):
    (settings,) = [block for language, block in blocks(PAYMENT.read_text()) if language == "toml"]
    file = server.folder / "sekisho.toml"

    def check(text):
        file.write_text(text)
        return command("config", "check", "--config-file", file, env=server.settings())

    taken = check(settings)
    assert taken.returncode == 0, taken.stderr
    assert "operations.transfer" in taken.stdout
    assert check(settings.replace("email_code", "carrier_pigeon")).returncode == 1


def test_what_differs_from_what_is_shown_is_noticed():
    assert same("a …, b\n", "a x, b\n")
    assert same({"id": "sekisho_r1_…", "n": [1]}, {"id": "sekisho_r1_x", "n": [1]})
    for shown, found in [("a …", "a "), ("a", "ab"), ({"a": "…"}, {"a": 1}), ({}, {"a": 1}), ([1], [1, 1])]:
        assert not same(shown, found), (shown, found)
