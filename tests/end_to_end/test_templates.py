"""Texts of the operator's own, and the language of who asks."""

import pytest
from conftest import User, command

TYPES = ["UserPermissionValidation", "BindNewIdentifier", "BindMfa"]


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def start(server, **settings):
    server.more_settings = settings
    subject = server.add_user("ana@example.com")
    server.start()
    return User(server, subject, "ana@example.com")


def mail(server, user, address=None, **asked):
    answer = user.send(address, **asked)
    assert answer.status_code == 201, answer.text
    message = server.mailbox.messages[-1][1]
    return message["Subject"], message.get_body(("plain",)).get_content()


def test_a_folder_replaces_one_text_and_leaves_the_others(server, tmp_path):
    folder = tmp_path / "templates"
    write(folder, "en/BindMfa.email.txt", "Acme Bank: {{ code }}, for {{ minutes }} minutes.\n")
    ana = start(server, SEKISHO_TEMPLATES_FOLDER=str(folder))
    code = server.mailbox.code_for
    text = mail(server, ana, template="BindMfa")[1]
    assert text.splitlines() == [f"Acme Bank: {code('ana@example.com')}, for 10 minutes."]
    assert mail(server, ana)[1].startswith("Your code is")
    assert mail(server, ana, template="BindMfa", language="ja")[1].startswith("コードは")


def test_a_language_can_be_added(server, tmp_path):
    folder = tmp_path / "templates"
    for kind in TYPES:
        for part in ["subject.txt", "email.txt", "email.html", "sms.txt"]:
            code = "" if part == "subject.txt" else " {{ code }}"
            write(folder, f"de/{kind}.{part}", f"Ihr Code{code}")
    ana = start(server, SEKISHO_TEMPLATES_FOLDER=str(folder))
    subject, text = mail(server, ana, language="de-CH, de;q=0.9, en;q=0.8")
    assert subject == "Ihr Code"
    assert text.startswith("Ihr Code ")


def test_each_type_has_its_text_in_each_language(server):
    ana = start(server)
    asked = [(None, None), ("new@example.com", None), (None, "BindMfa")]
    mails = {
        mail(server, ana, address, template=template, language=language)[0]
        for address, template in asked
        for language in ["en", "ja", "fr;q=0.9, ja;q=0.8, en;q=0.7"]
    }
    assert len(mails) == 6, mails


def test_mail_ends_with_the_line_of_the_origin(server):
    ana = start(server, SEKISHO_ORIGIN_DOMAIN="Example.COM")
    subject, text = mail(server, ana)
    code = server.mailbox.code_for("ana@example.com")
    assert text.splitlines()[-1] == f"@example.com #{code}"
    html = server.mailbox.messages[-1][1].get_body(("html",)).get_content()
    assert f"@example.com #{code}" in html
    assert code not in subject


def test_the_code_is_in_a_subject_if_the_operator_says_so(server):
    ana = start(server, SEKISHO_CODE_IN_SUBJECT="true")
    assert mail(server, ana)[0].startswith(server.mailbox.code_for("ana@example.com"))


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("ja/BindMfa.sms.txt", "one\n{{ kode }} {{ code }}", ["ja/BindMfa.sms.txt, line 2", "kode"]),
        ("ja/BindMfa.sms.txt", "{% if %}", ["ja/BindMfa.sms.txt, line 1"]),
        ("ja/BindMfa.sms.txt", "x", ["ja/BindMfa.sms.txt", "the code is not in it"]),
        ("ja/BindMfa.sms.txt", "長い" * 70 + "{{ code }}", ["ja/BindMfa.sms.txt", "3 segments"]),
        ("en/BindMfa.subject.txt", "{{ code }}", ["en/BindMfa.subject.txt, line 1", "--code-in-subject"]),
        ("ja/BindMFA.sms.txt", "{{ code }}", ["ja/BindMFA.sms.txt is not a template"]),
        ("de/BindMfa.sms.txt", "{{ code }}", ["de is a language of its own", "BindMfa.subject.txt"]),
    ],
)
def test_a_broken_template_stops_the_start(tmp_path, name, text, named):
    write(tmp_path, name, text)
    done = command("serve", "--dev", "--templates-folder", tmp_path)
    assert done.returncode != 0
    for part in [*named, str(tmp_path)]:
        assert part in done.stderr, done.stderr


@pytest.mark.parametrize("domain", ["https://example.com", "example.com:8443", "127.0.0.1", "a b", ""])
def test_an_origin_is_a_bare_domain(domain):
    done = command("serve", "--dev", "--origin-domain", domain)
    assert done.returncode != 0
    assert "--origin-domain" in done.stderr
