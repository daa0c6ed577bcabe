"""Whoever does not need a neighbour that hangs does not wait for it."""

import asyncio
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import User, code_of
from openid_issuer import OpenIdIssuer
from test_access_tokens import SUBJECT, ServerOfIssuer

OF_EACH = 10
SMS_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def hanging_sms():
    """Connections are taken by the system and by nobody else."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def server(tmp_path, mailbox, hanging_sms):
    issuer = OpenIdIssuer().start()
    server = ServerOfIssuer(tmp_path, issuer, mailbox)
    server.install()
    server.add_user("ana@example.com", "--id", SUBJECT)
    server.more = {
        "SEKISHO_SMS_URL": f"http://127.0.0.1:{hanging_sms.getsockname()[1]}/",
        "SEKISHO_SMS_SECRET": SMS_SECRET,
    }
    yield server.start()
    for client in server.clients:
        client.close()
    server.stop()
    issuer.stop()


def test_with_every_provider_and_the_issuer_hanging_the_others_are_served(server, mailbox, hanging_sms):
    ana = User(server, SUBJECT, "ana@example.com")
    hangs, keep = threading.Event(), mailbox.handle_DATA

    async def keep_at_last(*arguments):
        while hangs.is_set():
            await asyncio.sleep(0.05)
        return await keep(*arguments)

    mailbox.handle_DATA = keep_at_last
    challenge, code = ana.challenge()
    hangs.set()
    server.issuer.hang()
    with ThreadPoolExecutor(3 * OF_EACH) as pool:
        try:
            mails = [pool.submit(ana.send, f"new{number}@example.com") for number in range(OF_EACH)]
            texts = [pool.submit(ana.send, f"8190000000{number:02}") for number in range(OF_EACH)]
            opaque = [pool.submit(server.answer, f"unknown-{number}") for number in range(OF_EACH)]
            time.sleep(0.5)
            assert not any(stuck.done() for stuck in mails + texts + opaque), "nothing hangs"
            for _ in range(3):
                assert server.status(ana.token) == 200
                assert ana.verify_password().status_code == 201
            assert ana.check(challenge, code).status_code == 200
            assert not any(stuck.done() for stuck in mails + texts), "the others waited along"
        finally:
            hangs.clear()
            hanging_sms.close()
            server.issuer.resume()
        assert [mail.result().status_code for mail in mails] == [201] * OF_EACH
        assert [code_of(text.result()) for text in texts] == ["connector.general"] * OF_EACH
        assert {answer.result().status_code for answer in opaque} <= {401, 503}
