"""A client that hangs up cuts nothing in half."""

import asyncio
import json
import socket
import time
from urllib.parse import urlsplit

from conftest import PASSWORD

PASSWORD_PATH = "/api/verifications/password"
CODE_PATH = "/api/verifications/verification-code"


def hang_up(url, path, token, body, wait):
    """Sends a request, waits and closes the connection before it is answered."""
    body = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: example.com\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(head.encode() + body)
        wait()


def test_a_right_password_whose_client_hung_up_is_no_failure(dev):
    dev.set_policy({"lockout": {"maxAttempts": 1}})
    token = dev.add_user(username="ana", password=PASSWORD)
    for milliseconds in [2, 5, 10, 15, 20, 30]:

        def wait(seconds=milliseconds / 1000):
            time.sleep(seconds)

        hang_up(dev.url, PASSWORD_PATH, token, {"password": PASSWORD}, wait)
        time.sleep(1)
        answer = dev.verify_password(token)
        assert answer.status_code == 201, (milliseconds, answer.text)


def test_refused_sends_whose_client_hung_up_are_not_counted(server, mailbox, ana):
    taken = []

    async def refuse_slowly(_server, _session, envelope):
        taken.append(envelope)
        await asyncio.sleep(0.3)
        return "550 no such mailbox"

    mailbox.handle_DATA = refuse_slowly
    for number in range(1, 11):

        def wait(number=number):
            wait_until(lambda: len(taken) == number)

        hang_up(server.url, CODE_PATH, ana.token, {"identifier": ana.identifier()}, wait)
    time.sleep(1)
    del mailbox.handle_DATA
    assert [ana.send().status_code for _ in range(11)] == [201] * 10 + [429]


def test_a_stop_waits_for_what_was_begun_by_a_client_that_hung_up(server, mailbox, ana):
    begun = []

    async def refuse_slowly(_server, _session, envelope):
        begun.append(envelope)
        await asyncio.sleep(1)
        return "550 no such mailbox"

    mailbox.handle_DATA = refuse_slowly
    for _ in range(10):
        hang_up(server.url, CODE_PATH, ana.token, {"identifier": ana.identifier()}, lambda: time.sleep(0.02))
    wait_until(lambda: begun)
    server.stop()
    assert server.process.returncode == 0
    del mailbox.handle_DATA
    server.start()
    assert [ana.send().status_code for _ in range(11)] == [201] * 10 + [429]


def wait_until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
