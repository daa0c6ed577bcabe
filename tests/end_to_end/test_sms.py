"""Text messages, received by a webhook that checks their signatures with another implementation."""

import json
import re
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import User, code_of, command
from standardwebhooks import Webhook, WebhookVerificationError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PHONE = "819012345678"


class Provider:
    """Keeps the requests it gets. `status` is its answer; None hangs up without any."""

    def __init__(self):
        self.requests, self.status, self.pause = [], 202, 0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                provider.requests.append((dict(self.headers), body))
                time.sleep(provider.pause)
                if provider.status is None:
                    self.close_connection = True
                    return
                self.send_response(provider.status)
                self.send_header("Content-Length", "0")
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/sms"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def provider():
    provider = Provider()
    yield provider
    provider.close()


def start(server, url, **settings):
    server.more_settings = {"SEKISHO_SMS_URL": url, "SEKISHO_SMS_SECRET": SECRET, **settings}
    subject = server.add_user("bo@example.com", "--phone", PHONE)
    server.start()
    return User(server, subject, PHONE)


def verified(request):
    headers, body = request
    return Webhook(SECRET).verify(body, headers)


def refusal(answer):
    return answer.status_code, code_of(answer)


def test_a_code_from_a_text_message_is_right(server, provider):
    bo = start(server, provider.url, SEKISHO_ORIGIN_DOMAIN="login.example.com")
    sent = bo.send(language="ja;q=0.9, en;q=0.1")
    assert sent.status_code == 201, sent.text
    [(headers, body)] = provider.requests
    event = verified((headers, body))
    assert event["type"] == "sms.verification_code"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z", event["timestamp"])
    assert headers["content-type"] == "application/json"
    data = event["data"]
    assert set(data) == {"to", "templateType", "locale", "code", "text"}
    assert (data["to"], data["locale"]) == (f"+{PHONE}", "ja")
    assert data["templateType"] == "UserPermissionValidation"
    assert "コードは" in data["text"]
    assert data["text"].splitlines()[-1] == f"@login.example.com #{data['code']}"
    checked = bo.check(sent.json()["verificationRecordId"], data["code"])
    assert checked.status_code == 200, checked.text
    log = server.log.read_text()
    for secret in [data["code"], PHONE, SECRET, SECRET.removeprefix("whsec_")]:
        assert secret not in log


def test_the_signature_is_of_this_message(server, provider):
    bo = start(server, provider.url)
    assert [bo.send().status_code for _ in range(2)] == [201, 201]
    (first, body), (second, _) = provider.requests
    assert first["webhook-id"] != second["webhook-id"]
    with pytest.raises(WebhookVerificationError):
        verified((second, body))
    with pytest.raises(WebhookVerificationError):
        verified((first, json.dumps(json.loads(body)).encode()))


def test_the_secret_can_be_in_a_file(server, provider, tmp_path):
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    bo = start(server, provider.url, SEKISHO_SMS_SECRET=None, SEKISHO_SMS_SECRET_FILE=str(file))
    assert bo.send().status_code == 201
    assert verified(provider.requests[0])


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (429, (429, "connector.rate_limit_exceeded")),
        (500, (400, "connector.general")),
        (503, (400, "connector.general")),
        (400, (400, "connector.general")),
        (307, (400, "connector.general")),
        (None, (400, "connector.general")),
    ],
)
def test_a_refusal_is_told_once_and_not_counted(server, provider, status, expected):
    bo = start(server, provider.url)
    provider.status = status
    assert [refusal(bo.send()) for _ in range(11)] == [expected] * 11
    assert len(provider.requests) == 11, "a message was sent again"
    provider.status = 200
    assert [bo.send().status_code for _ in range(11)] == [201] * 10 + [429]
    assert PHONE not in server.log.read_text()


def test_no_connection_is_a_failure_and_not_counted(server, provider):
    bo = start(server, provider.url)
    provider.close()
    assert [refusal(bo.send()) for _ in range(11)] == [(400, "connector.general")] * 11
    assert "no connection to the SMS webhook" in server.log.read_text()


def test_only_a_connection_is_tried_twice(server):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepted = []

        def hang_up():
            for _ in range(3):
                connection, _ = listener.accept()
                accepted.append(connection)
                connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        bo = start(server, f"https://127.0.0.1:{listener.getsockname()[1]}/")
        assert refusal(bo.send()) == (400, "connector.general")
        assert len(accepted) == 2


def test_a_provider_that_hangs_is_given_up(server, provider):
    bo = start(server, provider.url)
    provider.pause = 20
    began = time.monotonic()
    assert refusal(bo.send()) == (400, "connector.general")
    assert 14 < time.monotonic() - began < 20
    assert len(provider.requests) == 1
    assert "took too long" in server.log.read_text()


def test_without_a_mail_server_text_messages_suffice(server, provider):
    bo = start(server, provider.url, SEKISHO_SMTP_URL=None, SEKISHO_MAIL_FROM=None)
    assert bo.send().status_code == 201
    assert refusal(bo.send("bo@example.com")) == (501, "connector.not_found")


def test_without_a_provider_there_are_no_text_messages(server):
    subject = server.add_user("bo@example.com", "--phone", PHONE)
    server.start()
    assert refusal(User(server, subject, PHONE).send()) == (501, "connector.not_found")


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"SEKISHO_SMS_URL": "https://sms.example.com"}, "the secret is missing"),
        ({"SEKISHO_SMS_SECRET": SECRET}, "--sms-url is missing"),
        ({"SEKISHO_SMS_URL": "ftp://x", "SEKISHO_SMS_SECRET": SECRET}, "--sms-url"),
        ({"SEKISHO_SMS_URL": "https://u:hunter2@x", "SEKISHO_SMS_SECRET": SECRET}, "--sms-url"),
        ({"SEKISHO_SMS_URL": "https://x", "SEKISHO_SMS_SECRET": "whsec_hunter2"}, "SEKISHO_SMS_SECRET"),
        ({"SEKISHO_SMS_URL": "https://x", "SEKISHO_SMS_SECRET_FILE": "/nonexistent"}, "--sms-secret-file"),
        ({"SEKISHO_SMS_SECRET_FILE": "x", "SEKISHO_SMS_SECRET": SECRET}, "--sms-secret-file"),
    ],
)
def test_a_wrong_setting_is_named(environment, named):
    done = command("serve", "--dev", env=environment)
    assert done.returncode != 0
    assert named in done.stderr
    assert "hunter2" not in done.stderr
