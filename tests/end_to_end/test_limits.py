"""What docs/threat-model.md says that an attacker can do. None of it is a promise: a test that fails here
asks for the page to be changed."""

from conftest import PASSWORD, code_of

NEW_PASSWORD = "another horse, the same barrier"


def test_more_failures_than_the_limit_fit_into_an_hour_of_two_windows(dev):
    dev.set_policy({"lockout": {"maxAttempts": 5}})
    user = dev.http.post("/dev/users", json={"username": "ana", "password": PASSWORD}).json()["id"]
    minted = dev.http.post("/dev/tokens", json={"sub": user, "expiresIn": 7200})
    token = minted.json()["accessToken"]

    def fail(times):
        return [code_of(dev.verify_password(token, "wrong horse")) for _ in range(times)]

    told = fail(1)
    dev.http.post("/dev/clock", json={"advance": 3590})
    told += fail(3)
    dev.http.post("/dev/clock", json={"advance": 11})
    told += fail(4)
    assert told == ["session.invalid_credentials"] * 8
    assert fail(1) == ["session.verification_blocked_too_many_attempts"]


def test_a_record_outlives_a_new_password(dev):
    token = dev.add_user(primaryEmail="ana@example.com", password=PASSWORD)
    record = {"logto-verification-id": dev.verify_password(token).json()["verificationRecordId"]}
    for password in (NEW_PASSWORD, PASSWORD):
        body = {"password": password}
        changed = dev.request("POST", "/api/my-account/password", token, json=body, headers=record)
        assert changed.status_code == 204, changed.text


def test_one_user_has_messages_sent_to_any_number_of_recipients(dev):
    token = dev.add_user(primaryEmail="ana@example.com", password=PASSWORD)
    for number in range(30):
        body = {"identifier": {"type": "email", "value": f"stranger{number}@example.com"}}
        sent = dev.request("POST", "/api/verifications/verification-code", token, json=body)
        assert sent.status_code == 201, sent.text
