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
METHOD_BITS = {"password": 1, "email_code": 2, "phone_code": 4}
Key = namedtuple("Key", "kid secret seals_from opens_until")
Fields = namedtuple(
    "Fields", "kid kind method purpose issued_at expires_at id subject identifier session operation"
)
Handle = namedtuple("Handle", "kid kind methods issued_at expires_at subject session operation")
Revocation = namedtuple("Revocation", "kid kind issued_at expires_at id")
Kind = namedtuple("Kind", "number prefix mac_key fields layout tag_length")
LAYOUT = struct.Struct(">4s B B B 5s 5s 16s 16s 16s 16s 16s")  # 97 bytes
KINDS = RECORD, CHALLENGE, HANDLE, REVOCATION = (
    Kind(1, "sekisho_r1_", "record", Fields, LAYOUT, 0),
    Kind(2, "sekisho_c1_", "challenge", Fields, LAYOUT, 18),
    Kind(3, "sekisho_h1_", "resume", Handle, struct.Struct(">4s B B 5s 5s 16s 16s 16s"), 0),  # 64 bytes
    Kind(4, "sekisho_x1_", "revocation", Revocation, struct.Struct(">4s B 5s 5s 16s"), 0),  # 31 bytes
)
# not in the document: what the vectors call the two alphabets
ALPHABETS = {"digits": "0123456789", "base32": "0123456789ABCDEFGHJKMNPQRSTVWXYZ"}
REVOKED = 2**50
# not in the document: how long a handle lives, how long to wait for a code to be sent again, and that
# what is added to a counter to forget all of it is this
HANDLE_LIFETIME, RESEND_AFTER, FORGOTTEN = 600, 30, -(2**52)


class Refused(Exception):
    """A refusal, by its code: of these the document names verification_record.not_found only."""


class Outside(Exception):
    """The case needs something that the document leaves out."""


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def same(one, other):
    return hmac.compare_digest(one, other)


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


def operation_digest(ring, operation):
    return digest(ring, "operation", operation and operation_hash(operation))


def digests(ring, case, identifier):
    return (
        digest(ring, "subject", case["subject"]),
        identifier_digest(ring, identifier),
        digest(ring, "session", case["session"]),
        operation_digest(ring, case["operation"]),
    )


def seal(ring, kind, key, fields, tag=b""):
    sealed = kind.layout.pack(*fields._replace(kid=bytes.fromhex(key.kid), kind=kind.number)) + tag
    return kind.prefix + to_base64url(sealed + mac(ring.derived(key.secret, kind.mac_key), sealed))


def open_token(ring, kind, text, now):
    """The fields (times as numbers), the key that sealed them, and a challenge's code tag."""
    length = kind.layout.size + kind.tag_length
    data = from_base64url(text[len(kind.prefix) :]) if text.startswith(kind.prefix) else None
    if data is None or len(data) != length + 32:
        raise Refused(NOT_FOUND)
    key = next((k for k in ring.opening(now) if bytes.fromhex(k.kid) == data[:4]), None)
    if not key or not same(mac(ring.derived(key.secret, kind.mac_key), data[:length]), data[length:]):
        raise Refused(NOT_FOUND)
    fields = kind.fields(*kind.layout.unpack(data[: kind.layout.size]))
    fields = fields._replace(
        issued_at=int.from_bytes(fields.issued_at, "big"),
        expires_at=int.from_bytes(fields.expires_at, "big"),
    )
    if (
        fields.kind != kind.number
        or (kind.fields is Fields and fields.method not in METHODS.values())
        or (kind.fields is Fields and fields.purpose not in PURPOSES.values())
        or not fields.issued_at <= now + 5
        or not now < fields.expires_at
    ):
        raise Refused(NOT_FOUND)
    return fields, key, data[kind.layout.size : length]


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


def draw_code(ring, key, record_id, policy):
    alphabet, code, block = ALPHABETS[policy["alphabet"]], "", 0
    seed = mac(ring.derived(key.secret, "code"), record_id)
    while len(code) < policy["length"]:
        drawn = mac(seed, b"code\x00" + block.to_bytes(8, "big"))
        code += "".join(alphabet[b % len(alphabet)] for b in drawn if b < 256 - 256 % len(alphabet))
        block += 1
    return code[: policy["length"]]


def seal_revocation(ring, now, challenge):
    """The revocation of a challenge's fields, their times as numbers."""
    # not in the document: of a message sent again after a rotation it is sealed by the key that seals
    # then, not by the challenge's
    times = time(challenge.issued_at), time(challenge.expires_at)
    return seal(ring, REVOCATION, ring.sealing(now), Revocation(None, None, *times, challenge.id))


def canonical_identifier(identifier):
    return identifier["value"].lower() if identifier["type"] == "email" else identifier["value"]


def counter_name(ring, label, of):
    return to_base64url(mac(ring.derived(ring.digest_secret, "counter"), label.encode() + b"\x00" + of)[:16])


def mark(ring, record_id, key=""):
    # not in the document: that the five bytes are a number big-endian, as a time is
    message = b"record used by\x00" + record_id + key.encode()
    number = int.from_bytes(mac(ring.derived(ring.digest_secret, "counter"), message)[:5], "big")
    return 2**39 | 1 | number


def record_id_of(text):
    kind = next(k for k in KINDS if text.startswith(k.prefix))
    data = from_base64url(text[len(kind.prefix) :])
    return kind.fields(*kind.layout.unpack(data[: kind.layout.size])).id


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
    ring, label = parse_ring(case["ring"]), case["type"]
    canonical = canonical_identifier(case)
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


def sealed_challenge(case, policy, purpose, expires_at):
    """The challenge, its code and its fields. Its id is random: it is taken from what is expected."""
    ring, now = parse_ring(case["ring"]), case["now"]
    key, given = ring.sealing(now), case.get("input", case)
    record_id = open_token(ring, CHALLENGE, case["expect"]["ok"]["challenge"], now)[0].id
    method, bound = METHODS[given["to"]["type"] + "_code"], digests(ring, given, given["to"])
    fields = Fields(None, None, method, PURPOSES[purpose], now, expires_at, record_id, *bound)
    code = draw_code(ring, key, record_id, policy)
    sealed = fields._replace(issued_at=time(now), expires_at=time(expires_at))
    return seal(ring, CHALLENGE, key, sealed, code_tag(ring, key, record_id, code)), code, fields


def run_seal_challenge(case):
    challenge, code, _ = sealed_challenge(case, case, case["purpose"], case["now"] + case["lifetime"])
    return {"challenge": challenge, "code": code}


def run_challenge(case):
    ring, now, text = (
        parse_ring(case["ring"]),
        case["now"],
        case["token" if "token" in case else "challenge"],
    )
    fields, key, tag = open_token(ring, CHALLENGE, text, now)
    bound = digest(ring, "subject", case["subject"]) + identifier_digest(ring, case["to"])
    if not same(fields.subject + fields.identifier, bound):
        raise Refused(NOT_FOUND)
    code = case["code" if "code" in case else "typed"]
    if not same(code_tag(ring, key, fields.id, code), tag):
        raise Refused("verification_code.code_mismatch")
    return seal(
        ring,
        RECORD,
        ring.sealing(now),
        fields._replace(issued_at=time(now), expires_at=time(fields.expires_at)),
    )


def run_issue_resume_handle(case):
    ring, now = parse_ring(case["ring"]), case["now"]
    subject, _, session, operation = digests(ring, case, None)
    methods = sum(METHOD_BITS[method] for method in case["methods"])
    if not methods:
        raise Refused("requirement_invalid")
    expires_at = now + HANDLE_LIFETIME
    fields = Handle(None, None, methods, time(now), time(expires_at), subject, session, operation)
    return {"handle": seal(ring, HANDLE, ring.sealing(now), fields), "expires_at": expires_at}


def run_check_resume_handle(case):
    ring = parse_ring(case["ring"])
    fields, _, _ = open_token(ring, HANDLE, case["handle"], case["now"])
    if fields.methods >= 8:
        raise Refused(NOT_FOUND)
    subject, _, session, operation = digests(ring, case, None)
    if not same(fields.subject, subject):
        raise Refused(NOT_FOUND)
    if not same(fields.session, session):
        raise Refused("record_session_mismatch")
    if not same(fields.operation, operation):
        raise Refused("record_operation_mismatch")
    if not fields.methods & METHOD_BITS[case["method"]]:
        raise Refused("record_method_not_allowed")


# What a flow asks of the counters, and what it refuses for what they tell, is not part of the format: such
# refusals are outside. The names of all counters are, and so is most of what is added to them: both are
# looked at in every case, also in one that is then outside.
BY_THE_FLOW = {
    "counter_store_failed",
    "counters_required",
    "request.message_rate_limited",
    "session.verification_blocked_too_many_attempts",
    "verification_code.exceed_max_try",
    "verification_code.expired",
    "verification_code.not_found",
}


def check_counter(ring, case, op):
    given, label, added = case["input"], op["counter"], op["delta"]
    token = given.get("token") or given.get("challenge") or given.get("revocation")
    if label in ("failures", "block", "block end"):
        of = given["subject"].encode()
    elif label == "session failures":
        of = given["subject"].encode() + b"\x00" + given["session"].encode()
    elif label in ("sends", "sends end"):
        of = given["to"]["type"].encode() + b"\x00" + canonical_identifier(given["to"]).encode()
    else:
        of = record_id_of(token)
    assert op["key"] == counter_name(ring, label, of), f"another name for {label}"
    if label in ("block end", "sends end"):
        policy = case["policy"]
        window = policy["failures"]["block"] if label == "block end" else policy["sends"]["window"]
        able = [case["now"] + window, FORGOTTEN]
    elif label == "resend end":
        able = [case["now"] + RESEND_AFTER]
    elif label == "code used":
        able = [mark(ring, of), REVOKED, -REVOKED]
    elif label == "record used":
        key = given.get("idempotency_key")
        use = 2**39 if key is None else mark(ring, of, key)
        able = [use, -use, REVOKED, -REVOKED]
    else:
        able = [1, -1, FORGOTTEN]
    assert added in [0, *able], f"{added} added to {label}"  # 0 reads it


def in_flow(run):
    """What `run` makes of a case, unless that is for the flow to say; its counters are right either way."""

    def run_in_flow(case):
        if "rounds" in case:
            ring = parse_ring(case["ring"])
            for made in (*case["rounds"], *case.get("cancel", {}).get("rounds", [])):
                for op in made["ops"]:
                    check_counter(ring, case, op)
        if case["expect"].get("error") in BY_THE_FLOW:
            raise Outside
        return run(case)

    return run_in_flow


def sent(case, challenge, code, fields):
    """What a sending gives: the first of a challenge and any other."""
    return {
        "challenge": challenge,
        "code": code,
        "expires_at": fields.expires_at,
        "limits": case["limits"],
        "purpose": list(PURPOSES)[fields.purpose - 1],
        "revocation": seal_revocation(parse_ring(case["ring"]), case["now"], fields),
    }


def run_send_code(case):
    # not in the document: that a challenge ends with the lifetime of a record, and not with that of a code
    expires_at = case["now"] + case["policy"]["record_lifetime"]
    return sent(case, *sealed_challenge(case, case["policy"]["code"], case["input"]["purpose"], expires_at))


def open_challenge_in_flow(ring, case):
    given = case["input"]
    fields, key, tag = open_token(ring, CHALLENGE, given["challenge"], case["now"])
    to, none = given["to"], digest(ring, "session", None)
    # not in the document: that a challenge bound to no session is of every session, which it says of records
    if not same(fields.subject, digest(ring, "subject", given["subject"])) or not (
        same(fields.session, digest(ring, "session", given["session"])) or same(fields.session, none)
    ):
        raise Refused(NOT_FOUND)
    # not in the document: what the challenge of another identifier is
    if fields.method != METHODS[to["type"] + "_code"]:
        raise Refused(NOT_FOUND)
    if not same(fields.identifier, identifier_digest(ring, to)):
        raise Refused(f"verification_code.{to['type']}_mismatch")
    return fields, key, tag


def run_resend_code(case):
    ring = parse_ring(case["ring"])
    fields, key, tag = open_challenge_in_flow(ring, case)
    # not in the document: what the challenge of another operation is
    if not same(fields.operation, operation_digest(ring, case["input"]["operation"])):
        raise Refused("record_operation_mismatch")
    code = draw_code(ring, key, fields.id, case["policy"]["code"])
    if not same(code_tag(ring, key, fields.id, code), tag):
        raise Refused(NOT_FOUND)  # not in the document: by which code it must refuse
    return sent(case, case["input"]["challenge"], code, fields)


def run_check_code(case):
    ring, now = parse_ring(case["ring"]), case["now"]
    fields, key, tag = open_challenge_in_flow(ring, case)
    if not same(code_tag(ring, key, fields.id, case["input"]["code"]), tag):
        raise Refused("verification_code.code_mismatch")
    record = fields._replace(issued_at=time(now), expires_at=time(fields.expires_at))
    return {
        "record": seal(ring, RECORD, ring.sealing(now), record),
        "expires_at": fields.expires_at,
        "limits": case["limits"],
    }


def run_revoke_by_link(case):
    open_token(parse_ring(case["ring"]), REVOCATION, case["input"]["revocation"], case["now"])


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


def run_draw(case):
    # The code comes of the challenge's id, which such a case does not show: how an id is drawn from entropy
    # is not part of the format. Codes are drawn where a challenge shows its id: token.seal_challenge,
    # flow.send_code and flow.resend_code.
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
        "issue_resume_handle": run_issue_resume_handle,
        "check_resume_handle": run_check_resume_handle,
        "by_rule": run_by_rule,
    },
    "code": {"entropy": run_outside, "draw": run_draw, "typed": run_challenge},
    "flow": {
        "policy": run_outside,
        "check_password": in_flow(run_outside),
        "send_code": in_flow(run_send_code),
        "resend_code": in_flow(run_resend_code),
        "check_code": in_flow(run_check_code),
        "present": in_flow(run_outside),
        "revoke": in_flow(run_outside),
        "revoke_by_link": in_flow(run_revoke_by_link),
        "unblock": in_flow(run_outside),
    },
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
