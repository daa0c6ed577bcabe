"""What a server tells of itself: every decision once, everything that was asked for, no secret."""

import re
import time
from collections import Counter

import pytest
from conftest import JSON, PASSWORD, DevServer, another
from observability import Metrics, audit, json_lines, names, rows

ANA, NEW, PHONE, NEW_PHONE = "ana@secret.example", "Neu+x@secret.example", "819012345678", "4915112345678"
NEW_PASSWORD = "another horse, the same barrier"
SESSION = "session-of-ana"


class Story:
    """Every decision there is, each with its request's id, in dev mode."""

    def __init__(self, folder):
        self.log = folder / "dev.log"
        self.secrets = {PASSWORD, NEW_PASSWORD, SESSION, ANA, NEW, PHONE, NEW_PHONE}
        # In the order of the requests.
        self.expected = []
        with self.log.open("w") as log:
            self.dev = DevServer(log, **JSON)
        try:
            self.tell()
            self.metrics = Metrics(self.dev.url)
        finally:
            self.dev.close()
        self.lines = json_lines(self.log)
        self.events = audit(self.lines)

    def tell(self):
        profile = {"primaryEmail": ANA, "primaryPhone": PHONE, "password": PASSWORD}
        user = self.dev.http.post("/dev/users", json=profile).json()["id"]
        minted = self.dev.http.post("/dev/tokens", json={"sub": user, "sessionId": SESSION})
        self.token = minted.json()["accessToken"]
        self.secrets |= {user, self.token}
        self.verify()
        self.change()
        self.call("DELETE", f"/api/verifications/{self.record}", None, [("verification.revoke", None)])
        forged = [("verification.revoke", "verification_record.not_found")]
        self.call("DELETE", "/api/verifications/forged", None, forged)

    def verify(self):
        self.password("wrong horse", "session.invalid_credentials")
        self.record = self.password(PASSWORD)
        for to, method in [(ANA, "email_code"), (PHONE, "phone_code")]:
            challenge, code = self.send(to)
            self.check(to, challenge, another(code), method, "verification_code.code_mismatch")
            self.check(to, challenge, code, method)
            self.check(to, challenge, code, method, "verification_code.not_found")
        self.check(ANA, "sekisho_c1_forged", "123456", "email_code", "verification_record.not_found")
        self.dev.set_policy({"providers": {"sms": False}, "emailBlocklist": ["@bad.example"]})
        self.send(PHONE, "connector.not_found")
        self.send("x@bad.example", "session.email_blocklist.email_not_allowed")

    def change(self):
        path = "/api/my-account/password"
        self.call("POST", path, {"password": NEW_PASSWORD}, [("record.use", "record_missing")])
        forged = [("record.use", "verification_record.not_found")]
        self.call("POST", path, {"password": NEW_PASSWORD}, forged, record="sekisho_r1_forged")
        used = ("record.use", None)
        short = [used, ("account.change", "password.rejected")]
        self.call("POST", path, {"password": "short"}, short, record=self.record)
        done = [used, ("account.change", None)]
        self.call("POST", path, {"password": NEW_PASSWORD}, done, record=self.record)
        self.dev.set_policy({"providers": {"sms": True}})
        for field, to, method in [("email", NEW, "email_code"), ("phone", NEW_PHONE, "phone_code")]:
            path = f"/api/my-account/primary-{field}"
            body = {field: to, "newIdentifierVerificationRecordId": self.record}
            wrong = [
                used,
                ("record.use", "record_method_not_allowed"),
                ("account.change", "verification_record.not_found"),
            ]
            self.call("POST", path, body, wrong, record=self.record)
            challenge, code = self.send(to, template="BindNewIdentifier")
            body["newIdentifierVerificationRecordId"] = self.check(to, challenge, code, method)
            self.call("POST", path, body, [used, *done], record=self.record)
            # Without the address the number is the only way left to sign in.
            last = None if field == "email" else "user.last_sign_in_method_required"
            self.call("DELETE", path, None, [used, ("account.change", last)], record=self.record)

    def call(self, method, path, body, expected, record=None):
        headers = {"X-Request-Id": f"request-{len(self.expected)}"}
        headers |= {"logto-verification-id": record} if record else {}
        answer = self.dev.request(method, path, self.token, json=body, headers=headers)
        assert answer.headers["x-request-id"] == headers["X-Request-Id"]
        assert answer.is_success == all(code is None for _, code in expected), answer.text
        self.expected += [(headers["X-Request-Id"], name, code) for name, code in expected]
        token = answer.json().get("verificationRecordId") if answer.content else None
        self.secrets |= {token} if token else set()
        return token

    def password(self, typed, code=None):
        path = "/api/verifications/password/verify"
        return self.call("POST", path, {"password": typed}, [("password.check", code)])

    def send(self, to, code=None, template="UserPermissionValidation"):
        body = {"identifier": identifier(to)}
        challenge = self.call("POST", "/api/verifications/verification-code", body, [("code.send", code)])
        if code:
            return None
        message = self.dev.http.get("/dev/outbox", params={"to": to}).json()[-1]
        assert message["templateType"] == template
        self.secrets |= {message["code"], message["text"]}
        return challenge, message["code"]

    def check(self, to, challenge, typed, _method, code=None):
        body = {"identifier": identifier(to), "verificationId": challenge, "code": typed}
        path = "/api/verifications/verification-code/verify"
        return self.call("POST", path, body, [("code.check", code)])


def identifier(value):
    return {"type": "email" if "@" in value else "phone", "value": value}


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    return Story(tmp_path_factory.mktemp("story"))


def test_each_decision_is_one_event_with_its_requests_id(story):
    told = [(event["request.id"], event["event.name"], event.get("error.type")) for event in story.events]
    assert told == story.expected
    for event in story.events:
        code = event.get("error.type")
        is_error = (code or "").startswith("connector.")
        assert event["event.outcome"] == ("success" if code is None else "error" if is_error else "failure")
    assert {re.fullmatch("[0-9a-f]{32}", event["user.hash"]) is None for event in story.events} == {False}
    for hashed in ("user.hash", "sekisho.session.hash"):
        assert len({event[hashed] for event in story.events}) == 1, "the same one has the same pseudonym"
    assert len({event.get("sekisho.identifier.hash") for event in story.events}) == 6  # and none


def test_events_are_those_of_the_document(story):
    """But for a block and its end, which have a test of their own."""
    documented = {row[0].strip("`"): names(row[2]) for row in rows("`event.name`")}
    ours = {field for fields in documented.values() for field in fields}
    told = {}
    for event in story.events:
        told.setdefault(event["event.name"], set()).update(ours & set(event))
    assert told == {name: fields for name, fields in documented.items() if not name.startswith("user.")}
    known = {name for row in rows("field") for name in names(row[0])} | ours
    # What a line says beside that is its own affair; those of requests have these fields and no other.
    for line in story.lines:
        if "request.id" in line:
            assert set(line) <= known, set(line) - known


def test_metrics_count_what_was_done(story):
    metrics = story.metrics
    of = Counter((name, code or "success") for _, name, code in story.expected)
    assert metrics.labelled("sekisho_verifications_total") == {
        ("password", "success"): 1,
        ("password", "session.invalid_credentials"): 1,
        ("email_code", "success"): 2,
        ("email_code", "verification_code.code_mismatch"): 1,
        ("email_code", "verification_code.not_found"): 1,
        ("email_code", "verification_record.not_found"): 1,
        ("phone_code", "success"): 2,
        ("phone_code", "verification_code.code_mismatch"): 1,
        ("phone_code", "verification_code.not_found"): 1,
    }
    assert metrics.labelled("sekisho_code_sends_total") == {
        ("email", "UserPermissionValidation", "success"): 1,
        ("sms", "UserPermissionValidation", "success"): 1,
        ("sms", "UserPermissionValidation", "connector.not_found"): 1,
        ("email", "BindNewIdentifier", "session.email_blocklist.email_not_allowed"): 1,
        ("email", "BindNewIdentifier", "success"): 1,
        ("sms", "BindNewIdentifier", "success"): 1,
    }
    uses = metrics.labelled("sekisho_record_uses_total")
    assert sum(uses.values()) == sum(count for (name, _), count in of.items() if name == "record.use")
    assert uses["permission", "record_missing"] == 1
    assert uses["new_identifier", "success"] == uses["new_identifier", "record_method_not_allowed"] == 2
    assert metrics.labelled("sekisho_account_changes_total") == {
        ("password", "set", "password.rejected"): 1,
        ("password", "set", "success"): 1,
        ("email", "set", "verification_record.not_found"): 1,
        ("email", "set", "success"): 1,
        ("email", "remove", "success"): 1,
        ("phone", "set", "verification_record.not_found"): 1,
        ("phone", "set", "success"): 1,
        ("phone", "remove", "user.last_sign_in_method_required"): 1,
    }
    assert metrics.labelled("sekisho_revocations_total") == {
        ("user", "success"): 1,
        ("user", "verification_record.not_found"): 1,
    }
    requests = len({request for request, _, _ in story.expected})
    assert metrics.labelled("sekisho_access_token_checks_total") == {("success",): requests}
    answered = metrics.labelled("http_server_request_duration_seconds_count")
    route = "/api/verifications/verification-code/verify"
    assert answered["POST", route, "200"] == 4
    assert answered["POST", route, "400"] == 5
    assert sum(count for labels, count in answered.items() if labels[1].startswith("/api/")) == requests
    # Two checks, one new password; the rejected one took its seat for the judgement alone.
    assert metrics.value("sekisho_password_pool_work_seconds_count") == 5
    assert metrics.value("sekisho_password_pool_wait_seconds_count") == 5
    assert metrics.value("sekisho_delivery_duration_seconds_count", channel="email") == 2
    assert metrics.value("sekisho_delivery_duration_seconds_count", channel="sms") == 3
    assert metrics.value("sekisho_counter_store_duration_seconds_count") > 20
    assert metrics.value("sekisho_counter_store_failures_total") == 0
    assert metrics.value("sekisho_password_pool_seats_taken") == 0
    assert metrics.value("sekisho_password_pool_waiting") == 0
    assert metrics.value("sekisho_password_pool_seats") >= 1


def test_metrics_are_those_of_the_document(story):
    documented = {row[0].strip("`"): (row[1], names(row[2])) for row in rows("metric")}
    told = {}
    for family in story.metrics.families:
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        told[family.name + ("_total" if family.type == "counter" else "")] = (family.type, labels)
        assert family.documentation.endswith("."), family.name
    assert told == documented
    assert abs(story.metrics.value("process_start_time_seconds") - time.time()) < 600
    assert 2**20 < story.metrics.value("process_resident_memory_bytes") < 2**30
    assert 0 < story.metrics.value("process_open_fds") < story.metrics.value("process_max_fds")


def test_buckets_fit_what_is_measured(story):
    """What was measured lies within the bounds, and none stands alone beyond the last."""
    for family in story.metrics.families:
        if family.type != "histogram":
            continue
        buckets = {}
        for sample in family.samples:
            if sample.name.endswith("_bucket"):
                labels = {name: value for name, value in sample.labels.items() if name != "le"}
                buckets.setdefault(tuple(labels.items()), []).append(
                    (float(sample.labels["le"]), sample.value)
                )
        assert buckets, family.name
        for counts in buckets.values():
            bounds = [bound for bound, _ in counts]
            assert bounds == sorted(set(bounds)), family.name
            assert bounds[-1] == float("inf"), family.name
            assert counts[-1][1] == counts[-2][1], family.name


def test_no_secret_is_told(story):
    shown = {"log": story.log.read_text(), "metrics": story.metrics.prometheus.text + story.metrics.open.text}
    assert len(story.secrets) > 20
    for where, text in shown.items():
        for secret in story.secrets:
            assert secret.lower() not in text.lower(), (where, secret)
    assert not re.search(r"sekisho_[rc]1_|Bearer|\$argon2", shown["log"])


def test_lines_have_the_names_of_opentelemetry(story):
    answered = [line for line in story.lines if line["message"] == "answered"]
    for request, _, _ in story.expected:
        [line] = [line for line in answered if line["request.id"] == request]
        assert line["http.request.method"] in ("POST", "DELETE")
        assert line["http.route"].startswith("/api/")
        assert 0 < line["http.server.request.duration"] < 30
        assert ("error.type" in line) == (line["http.response.status_code"] >= 400)
    for line in story.lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["timestamp"])
        assert line["service.name"] == "sekisho-server"
        assert line["level"] in ("INFO", "WARN", "ERROR")


def test_a_request_has_an_id_and_the_trace_it_is_part_of(dev, tmp_path):
    trace = "0af7651916cd43dd8448eb211c80319c"

    def ask(**headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return dev.http.get("/api/my-account", headers=headers)

    taken_over = ask(X_Request_Id="Root=1-abc", traceparent=f"00-{trace}-b7ad6b7169203331-01")
    assert taken_over.headers["x-request-id"] == "Root=1-abc"
    assert taken_over.headers["access-control-expose-headers"] == "*"
    drawn = [ask(), ask(X_Request_Id="ana@example.com"), ask(X_Request_Id="x" * 129), ask(X_Request_Id="a b")]
    ids = {answer.headers["x-request-id"] for answer in drawn}
    assert len(ids) == 4
    assert all(re.fullmatch("[0-9a-f]{32}", id) for id in ids)
    assert dev.http.options("/api/my-account").headers["x-request-id"]
    assert dev.http.get("/nowhere").headers["x-request-id"]
    log = (tmp_path / "dev.log").read_text()
    assert all(f'request.id="{id}"' in log for id in ids)
    [line] = [line for line in log.splitlines() if "Root=1-abc" in line]
    assert f'trace_id="{trace}"' in line
    assert "ana@example.com" not in log


def test_what_http_does_not_know_makes_no_label(dev):
    for number in range(5):
        dev.http.request(f"M{number}", f"/nowhere/{number}")
    answered = Metrics(dev.url).labelled("http_server_request_duration_seconds_count")
    assert answered["_OTHER", "", "404"] == 5
