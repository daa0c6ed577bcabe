"""The vectors of the tokens and of the keys that they are made with."""

import base64
from functools import partial

from given import ANA, NOW, RING, binding, decoded, finish, mac, passwords, record_of
from vectors import FILES, outcome, vectors

import sekisho
from sekisho import Identifier, KeyRing, Policy, Requirement, Verifier


@vectors("token", "time")
def test_token_time(vector):
    now = vector["unix_seconds"]
    generated = outcome(lambda: KeyRing.generate("development", now=now) and None)
    assert generated == vector["expect"]


@vectors("token", "context")
def test_token_context(vector):
    steps = Verifier(RING).steps
    assert outcome(lambda: steps.unblock(subject=vector["text"]) and None) == vector["expect"]


@vectors("token", "seal_record")
def test_token_seal_record(vector):
    """By the flow that ends with it."""
    options = {"now": vector["now"], "entropy": bytes.fromhex(vector["entropy"])}

    def by_password():
        known = FILES["flow"]["check_password"][0]["input"]
        given = {"password": known["password"], "password_hash": known["stored"], **binding(vector)}
        verifier = Verifier(vector["ring"], passwords=passwords(known["password_policy"]))
        return finish(verifier.steps.check_password(**given, **options)).record

    def by_code():
        steps, to = Verifier(vector["ring"]).steps, Identifier(**vector["identifier"])
        given = {"to": to, "purpose": vector["record"]["purpose"], **binding(vector)}
        sent = finish(steps.send_code(**given, **options))
        typed = {"challenge": sent.challenge, "code": sent.code, "session": vector["session"]}
        check = {"subject": vector["subject"], "to": to, **typed, "now": vector["now"]}
        return finish(steps.check_code(**check)).record

    assert outcome(by_code if vector["identifier"] else by_password) == vector["expect"]


SEALED = {case["expect"].get("ok"): case for case in FILES["token"]["seal_record"]}


def opened(token, ring, now, sealed):
    """What a record says to the user for whom it was sealed."""
    asked = Requirement(purpose=sealed["record"]["purpose"])
    shown = {"record": token, "requirement": asked, **binding(sealed)}
    accepted = vars(finish(Verifier(ring).steps.present(**shown, now=now)))
    return {name: accepted[name] for name in ("id", "method", "purpose", "issued_at", "expires_at")}


@vectors("token", "open_record")
def test_token_open_record(vector):
    token = vector["token"]
    # What does not open is shown by whoever the first record was sealed for.
    sealed = SEALED[token] if "ok" in vector["expect"] else FILES["token"]["seal_record"][0]
    found = outcome(lambda: opened(token, vector["ring"], vector["now"], sealed))
    assert found == vector["expect"]


@vectors("token", "seal_challenge")
def test_token_seal_challenge(vector):
    code = sekisho.CodePolicy(vector["length"], vector["alphabet"], vector["lifetime"])
    policy = Policy(record_lifetime=vector["lifetime"], code=code)

    def seal():
        given = {"to": Identifier(**vector["to"]), "purpose": vector["purpose"], **binding(vector)}
        options = {"now": vector["now"], "entropy": bytes.fromhex(vector["entropy"])}
        sent = finish(Verifier(vector["ring"], policy=policy).steps.send_code(**given, **options))
        return {"challenge": sent.challenge, "code": sent.code}

    assert outcome(seal) == vector["expect"]


@vectors("token", "open_challenge")
def test_token_open_challenge(vector):
    assert outcome(lambda: record_of(vector, vector["token"], vector["code"])) == vector["expect"]


@vectors("token", "issue_resume_handle")
def test_token_issue_resume_handle(vector):
    def issue():
        refused = {"requirement": Requirement(vector["methods"]), "now": vector["now"], **binding(vector)}
        return vars(Verifier(vector["ring"]).issue_resume_handle(**refused))

    assert outcome(issue) == vector["expect"]


@vectors("token", "check_resume_handle")
def test_token_check_resume_handle(vector):
    shown = {"handle": vector["handle"], "method": vector["method"], **binding(vector)}
    verifier = Verifier(vector["ring"])
    checked = outcome(lambda: verifier.check_resume_handle(**shown, now=vector["now"]))
    assert checked == vector["expect"]


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def changed(token, rule):
    """The token changed in every way that the rule says."""
    start = token.index("1_") + 2
    if rule == "append_every_character":
        yield from (token + character for character in ALPHABET)
    elif rule == "truncate_at_every_length":
        yield from (token[:length] for length in range(len(token)))
    else:
        for at in range(start, len(token)):
            place = ALPHABET.index(token[at])
            others = (place ^ 1 << bit for bit in range(6))
            if rule == "replace_every_character":
                others = (other for other in range(64) if other != place)
            yield from (token[:at] + ALPHABET[other] + token[at + 1 :] for other in others)


@vectors("token", "by_rule")
def test_token_by_rule(vector):
    token = FILES["token"]
    cases = {case["id"]: case for case in token["open_record"] + token["open_challenge"]}
    case = cases[vector["of"]]

    def show(changed):
        if "code" in case:
            return record_of(case, changed, case["code"])
        return opened(changed, case["ring"], case["now"], SEALED[case["token"]])

    tokens = list(changed(case["token"], vector["rule"]))
    assert len(tokens) >= 64
    assert show(case["token"])
    assert {str(outcome(partial(show, token))) for token in tokens} == {str(vector["expect"])}


@vectors("keyring", "derive")
def test_keyring_derive(vector):
    """The derived keys never leave the library, so what is made with them is made again here."""
    expected = vector["expect"]["ok"]
    [key] = expected["keys"]
    assert KeyRing(vector["ring"]).keys[0].kid == key["kid"]
    for secret in (expected["digest_secret"], key["secret"]):
        assert base64url(bytes.fromhex(secret)) in vector["ring"]

    named = KeyRing(vector["ring"]).pseudonym_of_subject("user-1")
    assert named == mac(expected["pseudonym"], b"subject\0user-1")[:16].hex()

    steps, given = Verifier(vector["ring"]).steps, {"subject": "user-1", "to": ANA, "now": NOW}
    sending = steps.send_code(**given)
    assert sending.ops[0].key == base64url(mac(expected["counter"], b"sends\0email\0ana@example.com")[:16])
    sent = finish(sending)
    challenge = decoded(sent.challenge)
    assert challenge[-32:] == mac(key["challenge"], challenge[:-32])
    assert challenge[97:-32] == mac(key["code"], challenge[17:33] + sent.code.encode())[:18]

    verified = finish(steps.check_code(**given, challenge=sent.challenge, code=sent.code))
    record = decoded(verified.record)
    assert record[-32:] == mac(key["record"], record[:-32])
    assert record[33:49] == mac(expected["digest"], b"subject\1user-1")[:16]


def base64url(given):
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode()
