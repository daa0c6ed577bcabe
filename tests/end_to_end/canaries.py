"""A server that is told secrets in every way there is, and everything that comes out of it."""

import base64
import hashlib
import re
import signal
import time
from urllib.parse import quote

import httpx
from conftest import JSON, PASSWORD, TLS, Issuer, Mailbox, Server, User, another, command
from observability import monitoring_url
from test_sms import Provider

SUBJECT, SESSION, USERNAME = "canary-subject-ana", "canary-session-ana", "canary_username"
BOS_SUBJECT = "canary-subject-bo"
ANA, NEW, BO = "canary-ana@nest.example", "Canary-New+x@nest.example", "canary-bo@nest.example"
PHONE, NEW_PHONE = "819087650001", "4915187650002"
STRANGER, STRANGERS_PHONE = "canary-stranger@nest.example", "447700987003"
REFUSED, QUOTED = "canary-refused@blocked.example", "canary-quoted@nest.example"
PASSWORDS = {
    "right": "canary horse, wrong barrier 7q",
    "new": "canary mule, another barrier 8r",
    "third": "canary goat, the third barrier 9s",
    "wrong": "canary donkey, no barrier 1t",
    "of the command": "canary zebra, far barrier 2u",
    "short": "Kx#7",
    "of own data": "my canary_username 3v",
    "malformed": "canary camel, broken barrier 4w",
}
PAYEE = "Canary Payee 5x"
SMS_SECRET = "whsec_" + base64.b64encode(b"canary of the webhook, 32 bytes!").decode()
# Wrong ones before a block: more than ana's story has.
FAILURES = 30


class Story:
    """Everything a user, an attacker and an operator do, the server's log at its most talkative."""

    def __init__(self, folder, stores):
        self.folder, self.stores = folder, stores
        self.mailbox, self.provider = Mailbox(), Provider()
        self.server = Server(folder, Issuer(), self.mailbox)
        self.codes, self.tokens, self.rings, self.links = set(), set(), set(), set()
        self.commands, self.answers, self.metrics = [], [], []
        try:
            self.tell()
        finally:
            for client in self.server.clients:
                client.close()
            self.server.stop(signal.SIGKILL)
            self.mailbox.close()
            self.provider.close()
        self.log = self.server.log.read_text()

    def tell(self):
        self.install()
        self.server.start()
        self.ana = User(self.server, SUBJECT, ANA, sid=SESSION)
        self.verify()
        self.approve()
        self.change()
        self.fail()
        self.attack()
        self.metrics.append(self.collected_metrics())
        # What the write-ahead log holds is looked at as well: nobody folds it in before the end.
        self.server.restart(signal.SIGKILL)
        self.operate()
        self.call("GET", "my-account")
        self.kept = self.stores.kept()

    def install(self):
        config = self.folder / "sekisho.toml"
        config.write_text(
            f'[policy]\nlockout.maxAttempts = {FAILURES}\nemailBlocklist = ["@blocked.example"]\n'
            '[policy.operations.gift]\nmethods = ["password", "email_code"]\n'
            'message.en = "Give it to {payee}"\n'
        )
        self.server.more_settings = {
            **JSON,
            **self.stores.settings,
            "SEKISHO_CONFIG_FILE": str(config),
            "SEKISHO_LOG_LEVEL": "debug",
            "SEKISHO_METRICS_LISTEN": "127.0.0.1:0",
            "SEKISHO_SMS_URL": self.provider.url,
            "SEKISHO_SMS_SECRET": SMS_SECRET,
            "SEKISHO_PUBLIC_URL": "https://account.example.com",
        }
        self.server.install()
        self.keep_ring()
        user = ("--id", SUBJECT, "--username", USERNAME, "--email", ANA, "--phone", PHONE)
        self.run("user", "add", *user, "--password-stdin", stdin=PASSWORDS["right"])
        bo = ("--id", BOS_SUBJECT, "--email", BO)
        self.run("user", "add", *bo, "--password-stdin", stdin=PASSWORD)
        self.run("user", "add", "--email", ANA, "--password-stdin", stdin=PASSWORDS["right"], fails=True)

    # What a user does.

    def verify(self):
        self.password("wrong", "session.invalid_credentials")
        for to in (ANA, PHONE):
            challenge, code = self.send(to)
            self.check(to, challenge, another(code), "verification_code.code_mismatch")
            self.check(to, challenge, "", "verification_code.not_found")
            other = NEW if "@" in to else NEW_PHONE
            kind = "email" if "@" in to else "phone"
            self.check(other, challenge, code, f"verification_code.{kind}_mismatch")
            self.check(to, challenge, code)
            self.check(to, challenge, code, "verification_code.not_found")
        self.check(ANA, "sekisho_c1_" + "A" * 196, "123456", "verification_record.not_found")
        self.record = self.password("right")

    def approve(self):
        """What is approved, whom it is for, and the ways to end it."""
        gift = {"type": "gift", "payee": PAYEE}
        challenge = self.sends(ANA, operation=gift)
        code = self.mailbox.code_for(ANA)
        text = self.mailbox.messages[-1][1].get_body(("plain",)).get_content()
        assert PAYEE in text
        link = re.search(r"/not-me#(sekisho_x1_[\w-]+)", text).group(1)
        self.links.add(link)
        again = {"verificationId": challenge, "operation": gift}
        resend = "verifications/verification-code/resend"
        self.call("POST", resend, again, "request.message_rate_limited")
        record = self.check(ANA, challenge, code)
        handle = {
            "password": PASSWORDS["right"],
            "operation": gift,
            "resumeHandle": "sekisho_h1_" + "A" * 128,
        }
        self.call("POST", "verifications/password", handle, "verification_record.not_found")
        self.call("DELETE", f"verifications/{record}")
        self.call("POST", "verifications/revoke", {"revocation": link})
        self.call("POST", "verifications/revoke", {"revocation": PAYEE}, "verification_record.not_found")
        self.sends(ANA, "operation.unknown", operation={"type": PAYEE})
        hidden = {"type": "gift", "payee": f"{PAYEE}\n"}
        self.sends(ANA, "operation_not_displayable", operation=hidden)

    def change(self):
        self.new_password("new", None, "verification_record.permission_denied")
        self.new_password("new", "sekisho_r1_" + "A" * 172, "verification_record.permission_denied")
        for rejected in ("short", "of own data"):
            self.new_password(rejected, self.record, "password.rejected")
        self.new_password("right", self.record, "user.same_password")
        self.new_password("new", self.record)
        for field, to, taken in [("email", NEW, BO), ("phone", NEW_PHONE, None)]:
            path = f"my-account/primary-{field}"
            for value in filter(None, (taken, to)):
                challenge, code = self.send(value, template="BindNewIdentifier")
                proof = self.check(value, challenge, code)
                body = {field: value, "newIdentifierVerificationRecordId": proof}
                refusal = f"user.{field}_already_in_use" if value == taken else None
                self.call("POST", path, body, refusal, record=self.record)
        self.call("DELETE", "my-account/primary-email", None, record=self.record)

    def fail(self):
        """Providers refuse, quote what they were given, hang up, are away."""
        self.sends(REFUSED, "session.email_blocklist.email_not_allowed")
        self.mailbox.answer = f"550 5.1.1 <{QUOTED}> is nobody; {SUBJECT}"
        self.sends(QUOTED, "connector.general")
        self.mailbox.close()
        self.sends(QUOTED, "connector.general")
        self.mailbox.open()
        self.mailbox.answer = "250 kept"
        for status in (500, 429, None):
            self.provider.status = status
            code = "connector.rate_limit_exceeded" if status == 429 else "connector.general"
            self.sends(STRANGERS_PHONE, code)
        self.provider.status = 202
        for number in range(11):
            self.sends(STRANGER, "request.message_rate_limited" if number == 10 else None)

    # What an attacker does.

    def attack(self):
        self.elsewhere()
        self.forge()
        self.break_bodies()
        bo = User(self.server, BOS_SUBJECT, BO)
        self.tokens.add(bo.token)
        answers = [self.kept(bo.verify_password(PASSWORDS["wrong"])) for _ in range(FAILURES + 1)]
        assert answers[-1].json()["code"] == "session.verification_blocked_too_many_attempts"

    def elsewhere(self):
        """The record in another session, and as another user."""
        for subject, session in [(SUBJECT, "canary-session-else"), (BOS_SUBJECT, SESSION)]:
            thief = User(self.server, subject, ANA, sid=session)
            self.tokens.add(thief.token)
            stolen = self.kept(thief.change_password(self.record, PASSWORDS["third"]))
            assert stolen.json()["code"] == "verification_record.permission_denied"

    def forge(self):
        """Secrets where they do not belong: in a path, a query, headers; tokens of another issuer."""
        forged = [
            Issuer().token(SUBJECT, sid=SESSION, email=ANA),
            self.ana.token[:-4] + "AAAA",
            self.server.issuer.token(SUBJECT, aud="canary-audience", sid=SESSION),
            self.server.issuer.token(SUBJECT, exp=int(time.time()) - 90),
            self.server.issuer.token("canary-subject-gone"),
        ]
        self.tokens |= set(forged)
        for token in forged:
            self.raw("GET", "/api/my-account", headers={"Authorization": f"Bearer {token}"})
        self.raw("GET", "/api/my-account", headers={"Authorization": f"Basic {PASSWORDS['right']}"})
        self.raw("GET", f"/api/my-account?access_token={self.ana.token}&email={ANA}&code=123123")
        self.raw("GET", f"/{ANA}/{quote(PASSWORDS['right'])}/{self.record}")
        self.raw("POST", f"/api/verifications/{PHONE}")
        for header in ("X-Request-Id", "traceparent", "Accept-Language", "Origin", "User-Agent", "Cookie"):
            self.raw("GET", "/api/my-account", headers={header: f"{ANA} {SUBJECT}"})

    def break_bodies(self):
        """Bodies that end too early, have fields of other types, are too large, are of another format."""
        secret, path = PASSWORDS["malformed"], "/api/verifications/password"
        sign_in = {"Authorization": f"Bearer {self.ana.token}"}
        as_json = {**sign_in, "Content-Type": "application/json"}
        for body in [
            f'{{"password": "{secret}"',
            f'{{"password": ["{secret}"]}}',
            f'"{secret}"',
            f'{{"password": "{secret}{"x" * 70_000}"}}',
            f'{{"identifier": {{"type": "{ANA}", "value": {PHONE}}}, "password": {{"{secret}": 1}}}}',
        ]:
            for target in (path, "/api/verifications/verification-code", "/api/my-account/password"):
                self.raw("POST", target, headers=as_json, content=body)
        self.raw("POST", path, headers={**sign_in, "Content-Type": secret}, content=secret)
        self.raw("POST", path, headers=sign_in, data={"password": PASSWORDS["wrong"]})
        control = {"identifier": {"type": "email", "value": f"{ANA}\0"}}
        self.raw("POST", "/api/verifications/verification-code", headers=sign_in, json=control)

    # What an operator does.

    def operate(self):
        keys = ("--keys-file", self.folder / "keys")
        self.run("user", "list")
        self.run("user", "set-password", SUBJECT, stdin=PASSWORDS["of the command"])
        for rejected in ("short", "of own data"):
            self.run("user", "set-password", USERNAME, stdin=PASSWORDS[rejected], fails=True)
        self.run("user", "set-password", STRANGER, stdin=PASSWORDS["third"], fails=True)
        self.run("user", "unblock", *keys, BO)
        self.run("user", "unblock", *keys, STRANGER, fails=True)
        self.run("keys", "list", *keys, database=False)
        self.run("keys", "rotate", *keys, "--seals-in", "0", database=False)
        self.keep_ring()
        old = re.search(r"\b[0-9a-f]{8}\b", self.commands[-2].stdout).group()
        self.run("keys", "retire", *keys, old, database=False)
        self.keep_ring()
        self.run("keys", "retire", *keys, "00000000", database=False, fails=True)
        self.run("keys", "generate", *keys, database=False, fails=True)
        for kind, value in [("user", SUBJECT), ("email", ANA), ("phone", PHONE), ("session", SESSION)]:
            self.run("pseudonym", *keys, kind, value, database=False)
        self.run("config", "check", env=self.server.settings(), database=False)
        broken = self.folder / "broken"
        broken.write_text((self.folder / "keys").read_text().strip()[:-1] + "!")
        self.run("keys", "list", "--keys-file", broken, database=False, fails=True)

    # How each is done, and what is kept of it.

    def run(self, *arguments, database=True, fails=False, **options):
        where = self.stores.settings if database else {}
        env = {**JSON, "SEKISHO_LOG_LEVEL": "debug", **where, **options.pop("env", {})}
        done = command(*arguments, env=env, **options)
        assert (done.returncode != 0) == fails, (arguments, done.stdout, done.stderr)
        self.commands.append(done)

    def call(self, method, path, body=None, code=None, record=None):
        headers = {"logto-verification-id": record} if record else {}
        answer = self.kept(self.ana.http.request(method, f"/api/{path}", json=body, headers=headers))
        told = answer.json().get("code") if answer.content else None
        assert told == code, (method, path, body, answer.text)
        token = answer.json().get("verificationRecordId") if answer.content else None
        self.tokens |= {token, self.ana.token} - {None}
        return token

    def raw(self, method, path, **options):
        url = self.server.url + path
        answer = self.kept(httpx.request(method, url, timeout=30, verify=TLS, **options))
        assert answer.status_code in range(400, 500), (method, path, options, answer.text)

    def kept(self, answer):
        self.answers.append(answer)
        return answer

    def password(self, typed, code=None):
        return self.call("POST", "verifications/password/verify", {"password": PASSWORDS[typed]}, code)

    def sends(self, to, code=None, **more):
        body = {"identifier": self.ana.identifier(to), **more}
        token = self.call("POST", "verifications/verification-code", body, code)
        messages = [message.as_string() for _, message in self.mailbox.messages]
        messages += [body.decode() for _, body in self.provider.requests]
        self.codes |= set(re.findall(r"(?<![\w.])\d{6}(?!\w)", "\n".join(messages)))
        return token

    def send(self, to, template=None):
        token = self.sends(to, **({"templateType": template} if template == "BindMfa" else {}))
        if "@" in to:
            return token, self.mailbox.code_for(to)
        return token, re.search(rb'"code":"(\d{6})"', self.provider.requests[-1][1]).group(1).decode()

    def check(self, to, challenge, typed, code=None):
        body = {"identifier": self.ana.identifier(to), "verificationId": challenge, "code": typed}
        return self.call("POST", "verifications/verification-code/verify", body, code)

    def new_password(self, password, record, code=None):
        self.call("POST", "my-account/password", {"password": PASSWORDS[password]}, code, record)

    def collected_metrics(self):
        return httpx.get(monitoring_url(self.server) + "/metrics", verify=TLS).text

    def keep_ring(self):
        text = (self.folder / "keys").read_text().strip()
        secrets = [part for part in re.split("[.:]", text) if len(part) == 43]
        assert secrets, text
        self.rings |= {text, *secrets}

    # Of what nothing may be seen.

    @property
    def secrets(self):
        of_webhook = {SMS_SECRET, SMS_SECRET.removeprefix("whsec_")}
        return {*PASSWORDS.values(), PASSWORD} | of_webhook | self.rings

    @property
    def people(self):
        ids = {SUBJECT, SESSION, USERNAME, "canary-session-else", BOS_SUBJECT}
        return (
            ids
            | self.links
            | {PAYEE, ANA, NEW, BO, PHONE, NEW_PHONE, STRANGER, STRANGERS_PHONE, REFUSED, QUOTED}
        )


def forms(secret):
    """The secret as it is, and as it would stand in a URL, in base64, in hexadecimal, as a digest."""
    raw = secret.encode()
    digests = [hashlib.new(name, raw).hexdigest() for name in ("md5", "sha1", "sha256")]
    encoded = [base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("=")]
    return {form.lower() for form in [secret, quote(secret, safe=""), raw.hex(), *encoded, *digests]}


def found(secrets, text):
    """Those of the secrets that are in the text, in any form. Codes are short, so a code is one only
    where it stands alone: not in the fraction of a second, not in a digest."""
    lower = text.lower()
    alone = set(re.findall(r"(?<![\w.])\d{6}(?!\w)", lower))
    return {
        secret
        for secret in secrets
        if (secret in alone if len(secret) == 6 else any(form in lower for form in forms(secret)))
    }
