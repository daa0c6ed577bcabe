"""A code goes through a real SMTP conversation and is read back from the message."""

from conftest import code_of


def test_a_code_from_the_mail_changes_the_password(server, mailbox, ana):
    challenge, code = ana.challenge()
    recipients, message = mailbox.messages[-1]
    assert recipients == ["ana@example.com"]
    assert message["From"].addresses[0].addr_spec == "no-reply@example.com"
    assert code not in message["Subject"]

    checked = ana.check(challenge, code)
    assert checked.status_code == 200, checked.text
    record = checked.json()["verificationRecordId"]
    new = "another horse, the same barrier"
    assert ana.change_password(record, new).status_code == 204
    assert ana.verify_password(new).status_code == 201
    assert code_of(ana.verify_password()) == "session.invalid_credentials"
    log = server.log.read_text()
    for secret in [code, new, record, challenge, "ana@example.com", ana.token]:
        assert secret not in log


def test_a_message_that_the_mail_server_refuses_is_no_send(mailbox, ana):
    mailbox.answer = "550 no such mailbox"
    for _ in range(12):
        refused = ana.send()
        assert (refused.status_code, code_of(refused)) == (400, "connector.general"), refused.text
    mailbox.answer = "250 kept"
    assert [ana.send().status_code for _ in range(11)] == [201] * 10 + [429]
    assert len(mailbox.messages) == 10


def test_without_a_mail_server_the_send_fails_and_the_server_lives(mailbox, ana):
    mailbox.close()
    refused = ana.send()
    assert (refused.status_code, code_of(refused)) == (400, "connector.general"), refused.text
    assert ana.verify_password().status_code == 201
