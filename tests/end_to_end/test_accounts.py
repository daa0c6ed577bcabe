"""Whose account it is, and what state it is in, decides what may be changed."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import PASSWORD, code_of

EMAIL = {"type": "email", "value": "eve@example.com"}
NEW_EMAIL = {"email": "new@example.com", "newIdentifierVerificationRecordId": "x"}
NEW_PHONE = {"phone": "4915112345", "newIdentifierVerificationRecordId": "x"}
CHECK = {"identifier": EMAIL, "verificationId": "x", "code": "000000"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/verifications/verification-code", {"identifier": EMAIL}),
        ("POST", "/api/verifications/verification-code/verify", CHECK),
        ("POST", "/api/my-account/password", {"password": "another horse, the same barrier"}),
        ("POST", "/api/my-account/primary-email", NEW_EMAIL),
        ("DELETE", "/api/my-account/primary-email", None),
        ("POST", "/api/my-account/primary-phone", NEW_PHONE),
        ("DELETE", "/api/my-account/primary-phone", None),
    ],
)
@pytest.mark.parametrize(
    "profile", [{"primaryEmail": EMAIL["value"], "password": PASSWORD}, {"username": "eve"}]
)
def test_a_suspended_user_changes_nothing(dev, profile, method, path, body):
    token = dev.add_user(**profile, suspended=True)
    refused = dev.request(method, path, token, json=body)
    assert (refused.status_code, code_of(refused)) == (401, "user.suspended")
    assert dev.http.get("/dev/outbox").json() == []
    assert dev.request("GET", "/api/my-account", token).status_code == 200


def test_only_the_right_password_tells_that_a_user_is_suspended(dev):
    token = dev.add_user(username="eve", password=PASSWORD, suspended=True)
    assert code_of(dev.verify_password(token, "wrong password")) == "session.invalid_credentials"
    assert code_of(dev.verify_password(token)) == "user.suspended"


def test_of_parallel_first_passwords_one_is_the_first(dev):
    token = dev.add_user(username="fay")

    def set_password(number):
        body = {"password": f"another horse, barrier {number}"}
        return dev.request("POST", "/api/my-account/password", token, json=body)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(set_password, range(6)))
    count = Counter((answer.status_code, code_of(answer) if answer.content else None) for answer in answers)
    denied = (401, "verification_record.permission_denied")
    assert count == {(204, None): 1, denied: 5}
    assert all("WWW-Authenticate" in answer.headers for answer in answers if answer.status_code == 401)
    first = next(number for number, answer in enumerate(answers) if answer.status_code == 204)
    assert dev.verify_password(token, f"another horse, barrier {first}").status_code == 201


def test_a_username_without_a_password_is_no_way_to_sign_in(dev):
    token = dev.add_user(username="gus", primaryEmail="gus@example.com")
    identifier = {"type": "email", "value": "gus@example.com"}
    sent = dev.request("POST", "/api/verifications/verification-code", token, json={"identifier": identifier})
    code = dev.http.get("/dev/outbox", params={"to": "gus@example.com"}).json()[-1]["code"]
    check = {"identifier": identifier, "verificationId": sent.json()["verificationRecordId"], "code": code}
    checked = dev.request("POST", "/api/verifications/verification-code/verify", token, json=check)
    record = {"logto-verification-id": checked.json()["verificationRecordId"]}
    refused = dev.request("DELETE", "/api/my-account/primary-email", token, headers=record)
    assert (refused.status_code, code_of(refused)) == (400, "user.last_sign_in_method_required")


def test_dev_mode_does_not_wait_for_somebody_to_read_its_output(dev):
    body = {"identifier": {"type": "phone", "value": ""}}
    token = dev.add_user(username="hal")
    # More than the 64 KiB of a pipe, a recipient of its own for each.
    for number in range(1200):
        body["identifier"]["value"] = f"49151{number:07}"
        sent = dev.request("POST", "/api/verifications/verification-code", token, json=body, timeout=5)
        assert sent.status_code == 201, sent.text
