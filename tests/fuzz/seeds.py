"""Writes the vectors as seeds for the fuzz targets: `seeds.py FOLDER`."""

import base64
import hashlib
import json
import sys
from pathlib import Path

VECTORS = Path(__file__).parents[1] / "vectors"


def cases(file, *sections):
    document = json.loads((VECTORS / f"{file}.json").read_text())
    return [case for section in sections for case in document[section]]


def tokens():
    return [case["token"] for case in cases("token", "open_record", "open_challenge")]


def sealed_fields():
    """What stands between the prefix and the MAC of well-formed tokens, with its kind before it."""
    for token in tokens():
        kind = {"sekisho_r1_": 0, "sekisho_c1_": 1}.get(token[:11])
        if kind is not None and len(token) in (183, 207) and token.isascii():
            yield bytes([kind]) + base64.urlsafe_b64decode(token[11:])[:-32]


def http():
    """Requests that succeed, and what surrounds them, each with a placeholder for what must be valid."""
    email = '"identifier":{"type":"email","value":"demo@example.com"}'
    code = '"verificationId":"{challenge}","code":"{code}"'
    form = "identifier[type]=email&identifier%5Bvalue%5D=demo%40example.com"
    verifications, account = "/api/verifications/", "/api/my-account"
    yield request("GET", account)
    yield request("HEAD", account + "/")
    yield request(
        "OPTIONS", account, headers=["origin: https://a.example", "access-control-request-method: PUT"]
    )
    for path in ("/openapi.json", "/healthz", "/readyz", "/metrics", "/", "*"):
        yield request("GET", path)
    for path in (verifications + "password", verifications + "password/verify"):
        yield request("POST", path, '{"password":"seven barriers on the road"}')
        yield request("POST", path, "password=seven+barriers+on%20the+road", FORM)
    for body, content_type in (
        (f"{{{email}}}", JSON),
        (form, FORM),
        (f'{{{email},"templateType":"BindMfa"}}', JSON),
    ):
        yield request("POST", verifications + "verification-code", body, content_type)
    yield request("POST", verifications + "verification-code/verify", f"{{{email},{code}}}")
    yield request(
        "POST",
        verifications + "verification-code/verify",
        f"{form}&verificationId={{challenge}}&code=0",
        FORM,
    )
    yield request("POST", account + "/password", '{"password":"another horse, the same barrier"}')
    yield request(
        "POST",
        account + "/primary-email",
        '{"email":"a@b.example","newIdentifierVerificationRecordId":"{record}"}',
    )
    yield request(
        "POST",
        account + "/primary-phone",
        "phone=819012345678&newIdentifierVerificationRecordId={record}",
        FORM,
    )
    for field in ("email", "phone"):
        yield request("DELETE", f"{account}/primary-{field}", "")
    chunked = request("POST", verifications + "password", None, JSON, ["transfer-encoding: chunked"])
    yield chunked + '1d\r\n{"password":"a","b":[1,{}]}\r\n0\r\n\r\n' + request("GET", account)


JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def request(method, path, body=None, content_type=JSON, headers=()):
    own = ["host: a", "authorization: Bearer {token}", "logto-verification-id: {record}"]
    own += [f"content-type: {content_type}", "accept-language: ja, en;q=0.8", *headers]
    if body is not None:
        own.append(f"content-length: {length(body)}")
    return "\r\n".join([f"{method} {path} HTTP/1.1", *own, "", body or ""])


def length(body):
    """In bytes, once the placeholders are filled in."""
    lengths = {"{record}": 183, "{challenge}": 207, "{code}": 6}
    return len(body) + sum(body.count(word) * (size - len(word)) for word, size in lengths.items())


SEEDS = {
    "http": http,
    "identifier": lambda: [case["value"] for case in cases("identifier", "parse")],
    "key_ring": lambda: [case["text"] for case in cases("keyring", "parse")],
    "operation": lambda: [case["json"] for case in cases("operation", "digest")],
    "requirement": lambda: [case["text"] for case in cases("requirement", "from_challenge")],
    "sealed_fields": sealed_fields,
    "stored_hash": lambda: [f"{case['password']}\n{case['stored']}" for case in cases("password", "check")],
    "token": tokens,
}


def main():
    for target, seeds in SEEDS.items():
        folder = Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        for seed in seeds():
            content = seed if isinstance(seed, bytes) else seed.encode()
            (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)


if __name__ == "__main__":
    main()
