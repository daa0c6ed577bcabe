#!/usr/bin/env python3
"""A second implementation of docs/token-format.md, written from that document alone.

It keeps the document honest: whoever wrote it had not seen the core, and it runs every case of the
vectors that the document covers. Sealed texts must be equal byte for byte; what opens and what is
refused must be the same. Where the answer had to be read off the vectors, a comment says "not in the
document". Cases that need more of what the document leaves out are counted apart, as outside of it.

Python 3.9 or later, the standard library only:  python3 independent_reader.py
"""

import base64
import functools
import hashlib
import hmac
import json
import re
import struct
import sys
import unicodedata
from collections import Counter, namedtuple
from pathlib import Path

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
NOT_FOUND = "verification_record.not_found"
METHODS = {"password": 1, "email_code": 2, "phone_code": 3}
PURPOSES = {"UserPermissionValidation": 1, "BindNewIdentifier": 2, "BindMfa": 3}
Kind = namedtuple("Kind", "number prefix mac_key tag_length")
RECORD, CHALLENGE = Kind(1, "sekisho_r1_", "record", 0), Kind(2, "sekisho_c1_", "challenge", 18)
Key = namedtuple("Key", "kid secret seals_from opens_until")
Fields = namedtuple(
    "Fields", "kid kind method purpose issued_at expires_at id subject identifier session operation"
)
LAYOUT = struct.Struct(">4s B B B 5s 5s 16s 16s 16s 16s 16s")  # 97 bytes


class Refused(Exception):
    """A refusal, by its code: of these the document names verification_record.not_found only."""


class Outside(Exception):
    """The case needs something that the document leaves out."""


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def to_base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64url(text):
    """The bytes, or None for any spelling but the one: padding, other characters, spare bits."""
    if not re.fullmatch("[A-Za-z0-9_-]*", text) or len(text) % 4 == 1:
        return None
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return data if to_base64url(data) == text else None


def time(seconds):
    if not 0 <= seconds < 2**40:
        raise Refused("time_invalid")
    return seconds.to_bytes(5, "big")


def until(opens_until):
    return "-" if opens_until is None else str(opens_until)


class Ring(namedtuple("Ring", "environment digest_secret keys")):
    def text(self):
        keys = [
            ":".join([k.kid, to_base64url(k.secret), str(k.seals_from), until(k.opens_until)])
            for k in self.keys
        ]
        return ".".join(["sekisho_keys_1", self.environment, to_base64url(self.digest_secret), *keys])

    def opening(self, now):
        return [k for k in self.keys if k.opens_until is None or now < k.opens_until]

    def sealing(self, now):
        able = [k for k in self.opening(now) if k.seals_from <= now]
        if not able:
            raise Refused("key_none_seals")
        return max(reversed(able), key=lambda k: k.seals_from)  # max takes the first: the last in the text

    def derived(self, secret, purpose):
        extracted = mac(bytes(32), secret)  # HKDF without salt: a salt of zeros
        return mac(extracted, f"sekisho/v1/{self.environment}/{purpose}".encode() + b"\x01")


def parse_secret(text):
    secret = from_base64url(text)
    if secret is None or len(secret) > 32:
        raise Refused("key_ring_malformed")
    if len(secret) < 32 or len(set(secret)) < 8:
        raise Refused("key_weak")
    return secret


@functools.cache
def parse_ring(text):
    head, *rest = text.split(".")
    if head != "sekisho_keys_1" or not 3 <= len(rest) <= 18 or rest[0] not in ("production", "development"):
        raise Refused("key_ring_malformed")
    keys = []
    for key in rest[2:]:
        number = "(0|[1-9][0-9]{0,12})"
        match = re.fullmatch(f"([0-9a-f]{{8}}):([^:]*):{number}:(?:-|{number})", key)
        times = [t and int(t) for t in match.groups()[2:]] if match else [2**40]
        if max(t or 0 for t in times) >= 2**40:
            raise Refused("key_ring_malformed")
        keys.append(Key(match[1], parse_secret(match[2]), *times))
    ring = Ring(rest[0], parse_secret(rest[1]), tuple(keys))
    if len({k.kid for k in keys}) < len(keys) or len({ring.digest_secret, *(k.secret for k in keys)}) <= len(
        keys
    ):
        raise Refused("key_repeated")
    return ring


def operation_hash(text):
    """SHA-256 of RFC 8785 as far as operations of token.json need it: no numbers, names in ASCII."""
    canonical = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()


def digest(ring, label, value):
    if isinstance(value, str):
        value = value.encode()
    message = label.encode() + (b"\x00" if value is None else b"\x01" + value)
    return mac(ring.derived(ring.digest_secret, "digest"), message)[:16]


def identifier_digest(ring, identifier):
    return digest(ring, *((identifier["type"], identifier["value"]) if identifier else ("identifier", None)))


def digests(ring, case, identifier):
    operation = case["operation"]
    return (
        digest(ring, "subject", case["subject"]),
        identifier_digest(ring, identifier),
        digest(ring, "session", case["session"]),
        digest(ring, "operation", operation and operation_hash(operation)),
    )


def seal(ring, kind, key, fields, tag=b""):
    sealed = LAYOUT.pack(*fields._replace(kid=bytes.fromhex(key.kid), kind=kind.number)) + tag
    return kind.prefix + to_base64url(sealed + mac(ring.derived(key.secret, kind.mac_key), sealed))


def open_token(ring, kind, text, now):
    """The fields (times as numbers), the key that sealed them, and a challenge's code tag."""
    length = LAYOUT.size + kind.tag_length
    data = from_base64url(text[len(kind.prefix) :]) if text.startswith(kind.prefix) else None
    if data is None or len(data) != length + 32:
        raise Refused(NOT_FOUND)
    key = next((k for k in ring.opening(now) if bytes.fromhex(k.kid) == data[:4]), None)
    if not key or not hmac.compare_digest(
        mac(ring.derived(key.secret, kind.mac_key), data[:length]), data[length:]
    ):
        raise Refused(NOT_FOUND)
    fields = Fields(*LAYOUT.unpack(data[: LAYOUT.size]))
    fields = fields._replace(
        issued_at=int.from_bytes(fields.issued_at, "big"),
        expires_at=int.from_bytes(fields.expires_at, "big"),
    )
    if (
        fields.kind != kind.number
        or fields.method not in METHODS.values()
        or fields.purpose not in PURPOSES.values()
        or not fields.issued_at <= now + 5
        or not now < fields.expires_at
    ):
        raise Refused(NOT_FOUND)
    return fields, key, data[LAYOUT.size : length]


DROPPED = re.compile(
    "[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    "\\-\u2010-\u2015\u2212\uff0d\u30fc\u200b-\u200f\u2060\ufeff]"
)
FULL_WIDTH = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)}
CAPITALS = {c: c - 32 for c in range(ord("a"), ord("z") + 1)}


def code_tag(ring, key, record_id, code):
    code = (
        DROPPED.sub("", code).translate(FULL_WIDTH).translate(CAPITALS).translate(str.maketrans("OIL", "011"))
    )
    return mac(ring.derived(key.secret, "code"), record_id + code.encode())[:18]


# The cases: a function per list of a file gives what `expect` has under `ok`, or raises Refused.


def run_parse(case):
    ring = parse_ring(case["text"])
    assert ring.text() == case["text"], "a ring has one spelling"
    return {
        "environment": ring.environment,
        "keys": [{"kid": k.kid, "seals_from": k.seals_from, "opens_until": k.opens_until} for k in ring.keys],
    }


def run_generate(case):
    # drawing secrets is not part of the format: they are taken from what is expected
    ring = parse_ring(case["expect"]["ok"])
    key = Key(ring.keys[0].kid, ring.keys[0].secret, case["now"], None)
    return Ring(case["environment"], ring.digest_secret, (key,)).text()


def run_rotate(case):
    ring, expected = parse_ring(case["ring"]), case["expect"]
    if expected.get("error") == "key_repeated":
        raise Outside
    new = (
        parse_ring(expected["ok"]).keys[-1]
        if "ok" in expected
        else Key("00000000", bytes(range(32)), 0, None)
    )
    new = new._replace(seals_from=case["seals_from"], opens_until=None)
    rotated = ring._replace(keys=(*ring.opening(case["now"]), new))
    if len(rotated.keys) > 16:
        raise Refused("key_ring_full")
    return parse_ring(rotated.text()).text()


def run_retire(case):
    ring, at = parse_ring(case["ring"]), case["at"]
    if case["key"] not in [k.kid for k in ring.keys]:
        raise Refused("key_unknown" if re.fullmatch("[0-9a-f]{8}", case["key"]) else "key_ring_malformed")
    ring = ring._replace(
        keys=tuple(k._replace(opens_until=at) if k.kid == case["key"] else k for k in ring.keys)
    )
    if not any(k.seals_from <= at for k in ring.opening(at)):
        raise Refused("key_still_seals")
    return ring.text()


def run_derive(case):
    ring = parse_ring(case["ring"])
    keys = [
        {
            "kid": k.kid,
            "secret": k.secret.hex(),
            **{p: ring.derived(k.secret, p).hex() for p in ("record", "challenge", "code")},
        }
        for k in ring.keys
    ]
    return {
        "digest_secret": ring.digest_secret.hex(),
        "keys": keys,
        **{p: ring.derived(ring.digest_secret, p).hex() for p in ("digest", "counter", "pseudonym")},
    }


def run_pseudonym(case):
    ring, label, value = parse_ring(case["ring"]), case["type"], case["value"]
    canonical = value.lower() if label == "email" else value
    key = ring.derived(ring.digest_secret, "pseudonym")
    return mac(key, label.encode() + b"\x00" + canonical.encode())[:16].hex()


def run_context(case):
    if not 1 <= len(case["text"].encode()) <= 256 or "Cc" in map(unicodedata.category, case["text"]):
        raise Refused("context_invalid")


def run_seal_record(case):
    ring, record = parse_ring(case["ring"]), case["record"]
    return seal(
        ring,
        RECORD,
        ring.sealing(case["now"]),
        Fields(
            None,
            None,
            METHODS[record["method"]],
            PURPOSES[record["purpose"]],
            time(record["issued_at"]),
            time(record["expires_at"]),
            bytes.fromhex(record["id"]),
            *digests(ring, case, case["identifier"]),
        ),
    )


def run_open_record(case):
    fields, _, _ = open_token(parse_ring(case["ring"]), RECORD, case["token"], case["now"])
    method, purpose = list(METHODS)[fields.method - 1], list(PURPOSES)[fields.purpose - 1]
    return {
        "id": fields.id.hex(),
        "method": method,
        "purpose": purpose,
        "issued_at": fields.issued_at,
        "expires_at": fields.expires_at,
    }


def run_seal_challenge(
    case,
):  # id and code are random: they are taken from what is expected, the rest is made anew
    ring, now, expected = parse_ring(case["ring"]), case["now"], case["expect"]["ok"]
    key, record_id = (
        ring.sealing(now),
        open_token(ring, CHALLENGE, expected["challenge"], now)[0].id,
    )
    fields = Fields(
        None,
        None,
        METHODS[case["to"]["type"] + "_code"],
        PURPOSES[case["purpose"]],
        time(now),
        time(now + case["lifetime"]),
        record_id,
        *digests(ring, case, case["to"]),
    )
    return {
        "challenge": seal(ring, CHALLENGE, key, fields, code_tag(ring, key, record_id, expected["code"])),
        "code": expected["code"],
    }


def run_challenge(case):
    ring, now, text = (
        parse_ring(case["ring"]),
        case["now"],
        case["token" if "token" in case else "challenge"],
    )
    fields, key, tag = open_token(ring, CHALLENGE, text, now)
    bound = digest(ring, "subject", case["subject"]) + identifier_digest(ring, case["to"])
    if not hmac.compare_digest(fields.subject + fields.identifier, bound):
        raise Refused(NOT_FOUND)
    code = case["code" if "code" in case else "typed"]
    if not hmac.compare_digest(code_tag(ring, key, fields.id, code), tag):
        raise Refused("verification_code.code_mismatch")
    return seal(
        ring,
        RECORD,
        ring.sealing(now),
        fields._replace(issued_at=time(now), expires_at=time(fields.expires_at)),
    )


def changed(token, rule):
    prefix, body = token[:11], token[11:]
    size, number = len(from_base64url(body)), int.from_bytes(from_base64url(body), "big")
    return {
        "flip_every_bit": (
            prefix + to_base64url((number ^ 1 << bit).to_bytes(size, "big")) for bit in range(8 * size)
        ),
        "truncate_at_every_length": (token[:length] for length in range(len(token))),
        "replace_every_character": (
            prefix + body[:i] + c + body[i + 1 :] for i in range(len(body)) for c in ALPHABET if c != body[i]
        ),
        "append_every_character": (token + c for c in ALPHABET),
    }[rule]


def run_by_rule(case):
    run, base = next(
        (FILES["token"][group], c)
        for group in ("open_record", "open_challenge")
        for c in read("token")[group]
        if c["id"] == case["of"]
    )
    outcomes = Counter(
        json.dumps(outcome(run, {**base, "token": token})) for token in changed(base["token"], case["rule"])
    )
    assert len(outcomes) == 1, f"not one outcome but {dict(outcomes)}"
    raise Refused(json.loads(next(iter(outcomes)))["error"])


def run_outside(case):
    raise Outside


FILES = {
    "keyring": {
        "parse": run_parse,
        "generate": run_generate,
        "rotate": run_rotate,
        "retire": run_retire,
        "seals_with": lambda case: parse_ring(case["ring"]).sealing(case["now"]).kid,
        "derive": run_derive,
        "pseudonym": run_pseudonym,
    },
    "token": {
        "time": lambda case: time(case["unix_seconds"]) and None,
        "context": run_context,
        "seal_record": run_seal_record,
        "open_record": run_open_record,
        "seal_challenge": run_seal_challenge,
        "open_challenge": run_challenge,
        "by_rule": run_by_rule,
    },
    "code": {"entropy": run_outside, "draw": run_outside, "typed": run_challenge},
}


def read(name):
    path = Path(__file__).with_name(name + ".json")
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def outcome(run, case):
    try:
        return {"ok": run(case)}
    except Refused as refusal:
        return {"error": str(refusal)}


def main():
    passed, failures, outside = 0, 0, Counter()
    for name, runs in FILES.items():
        lists = {group: cases for group, cases in read(name).items() if isinstance(cases, list)}
        for group in {**runs, **lists}:
            problems = (
                [] if lists.get(group) else ["no cases"]
            )  # an empty list or file must not pass for a good one
            for case in lists.get(group, []):
                try:
                    given = outcome(runs[group], case)
                    if given == case["expect"]:
                        passed += 1
                    else:
                        problems.append(f"{case['id']}: expected {case['expect']}, got {given}")
                except Outside:
                    outside[f"{name}.{group}"] += 1
                except Exception as error:  # whatever else goes wrong is a failure of the case
                    problems.append(f"{case['id']}: {error!r}")
            failures += len(problems)
            for problem in problems:
                print(f"{name}.{group}: {problem}")
    print(
        "outside the document:",
        ", ".join(f"{count} of {group}" for group, count in outside.items()),
    )
    print(f"{passed} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
