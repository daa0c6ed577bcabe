"""What Schemathesis does not know: that each request is of a signed-in user, which of its values could
succeed, and what the answers of the whole run must have been."""

import os
import random
from collections import Counter, defaultdict
from itertools import count

import httpx
import schemathesis

SERVER = os.environ["SEKISHO_BASE_URL"]
PASSWORD = "correct horse battery staple"
HASH = "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$gYJZtjEAJqjg26xdLmknq8/bB7MiWPrE9hsYuA+SkIU"

RECORD_HEADER = "logto-verification-id"
TRANSFER = ("amount", "currency", "payee", "reference")
PROOF = "newIdentifierVerificationRecordId"
CONNECTION = httpx.Client(base_url=SERVER, timeout=30)
DRAW = random.Random(int(os.environ["SEKISHO_FUZZ_SEED"]))
NUMBERS = count(1)
ANSWERS = defaultdict(Counter)


class User:
    """A new user, signed in."""

    def __init__(self):
        number = next(NUMBERS)
        self.email, self.phone = f"user-{number}@example.com", f"{number:012}"
        kind = DRAW.choices(["usual", "suspended", "nothing", "narrow", "third party"], [16, 1, 1, 1, 1])[0]
        profile = {"primaryEmail": self.email, "primaryPhone": self.phone, "passwordHash": HASH}
        profile = {} if kind == "nothing" else {**profile, "suspended": kind == "suspended"}
        self.id = control("users", profile)["id"]
        scope = {"scope": "openid"} if kind == "narrow" else {}
        token = {"sub": self.id, "expiresIn": 10**6, "firstParty": kind != "third party", **scope}
        self.token = control("tokens", token)["accessToken"]
        # Gets records that the other token may not even ask for.
        self.full_token = control("tokens", {"sub": self.id, "expiresIn": 10**6})["accessToken"]

    def challenge(self, identifier):
        """A code sent, if it was: the challenge and the message."""
        sent = self.post("verification-code", {"identifier": identifier})
        if sent.status_code != 201:
            return None
        message = CONNECTION.get("/dev/outbox", params={"to": identifier["value"]}).json()[-1]
        return sent.json()["verificationRecordId"], message

    def checkable(self, identifier):
        """What a code sent is checked with, if it was sent."""
        if not (challenge := self.challenge(identifier)):
            return {}
        return {"identifier": identifier, "verificationId": challenge[0], "code": challenge[1]["code"]}

    def proof(self, identifier):
        """A record of a new identifier, if it was given."""
        checked = self.post("verification-code/verify", self.checkable(identifier))
        return checked.json().get("verificationRecordId")

    def record(self, **operation):
        """A record that gives permission, if it was given."""
        verified = self.post("password", {"password": PASSWORD, **operation})
        return verified.json().get("verificationRecordId")

    def post(self, path, body):
        headers = {"Authorization": f"Bearer {self.full_token}"}
        return CONNECTION.post(f"/api/verifications/{path}", json=body, headers=headers)


def control(path, body):
    answer = CONNECTION.post(f"/dev/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


class Users:
    """Most requests are of a new user: no budget that earlier ones used up hides what comes after. Some
    are of one who has done a lot."""

    def __init__(self):
        self.worn = User()
        self.by_token = {}

    def of(self, case):
        """Whose request it is; nobody's, where the token is made up too."""
        return self.by_token.get(case.headers.get("Authorization", "").removeprefix("Bearer "))

    def next(self):
        return self.worn if DRAW.random() < 0.1 else User()


USERS = Users()


@schemathesis.auth(refresh_interval=None)
class SignedIn:
    def get(self, _case, _context):
        return USERS.next()

    def set(self, case, user, _context):
        case.headers["Authorization"] = f"Bearer {user.token}"
        USERS.by_token[user.token] = user


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """Half of what could be right is made right: random values never are."""
    user = USERS.of(case) or USERS.next()
    if DRAW.random() < 0.5:
        return
    path, body = case.operation.path, case.body
    if path.startswith("/api/my-account/") and (record := user.record()):
        case.headers[RECORD_HEADER] = record
    if "{id}" in path and (record := user.record()):
        case.path_parameters["id"] = record
    if isinstance(body, dict) and case.meta.generation.mode.is_positive:
        make_right(path, body, user, case.headers)


def make_right(path, body, user, headers):
    """Puts into a body what only the server can have given, or its user know."""
    own = {"type": "email", "value": user.email}
    if path.startswith("/api/verifications/password"):
        body["password"] = PASSWORD
    elif path.endswith("/verification-code/verify"):
        body |= user.checkable(own)
    elif path.endswith("/resend") and (challenge := user.challenge(own)):
        body.clear()
        body["verificationId"] = challenge[0]
        # It may not be sent again at once.
        CONNECTION.post("/dev/clock", json={"advance": 30})
    elif path.endswith("/revoke") and (challenge := user.challenge(own)):
        body["revocation"] = challenge[1]["text"].split("/not-me#")[1].split()[0]
    elif path == "/api/transfers":
        facts = {name: body[name] for name in TRANSFER if name in body}
        if record := user.record(operation={"type": "transfer", **facts}):
            headers[RECORD_HEADER] = record
    elif kind := next((kind for kind in ("email", "phone") if PROOF in body and kind in body), None):
        body[PROOF] = user.proof({"type": kind, "value": body[kind]}) or body[PROOF]


@schemathesis.hook
def after_call(_context, case, response):
    if case.method.upper() == case.operation.method.upper():
        ANSWERS[case.operation.label][response.status_code] += 1


@schemathesis.check
def valid_input_is_not_called_invalid(_context, response, case):
    """`positive_data_acceptance` cannot know that a random password is wrong. That it is not *invalid* is
    what the document promises."""
    if case.meta and case.meta.generation.mode.is_positive:
        assert '"code":"guard.invalid_input"' not in response.text, response.text


@schemathesis.check
class EveryOperationSucceededOnce:
    """Otherwise the run did not come as far as it should have."""

    def after_run(self, _context):
        for operation, statuses in ANSWERS.items():
            print(operation, *(f"{status}: {times}," for status, times in sorted(statuses.items())))
        never = [operation for operation, statuses in ANSWERS.items() if min(statuses) >= 300]
        assert not never, f"never succeeded: {never}"
