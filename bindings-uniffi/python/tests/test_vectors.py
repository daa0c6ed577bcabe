"""Every vector, through the package's public API."""

import base64
from functools import partial

from vectors import FILES, WITHIN, outcome, reached, sections, vectors

import sekisho
from sekisho import Identifier, KeyRing, PasswordPolicy, Pepper, Policy, Requirement, Verifier

RING = FILES["token"]["open_record"][0]["ring"]
NOW = FILES["token"]["open_record"][0]["now"]
ANA = Identifier.email("ana@example.com")


def test_no_section_of_the_vectors_is_left_out():
    assert sections() == reached | WITHIN


# keyring


@vectors("keyring", "parse")
def test_keyring_parse(vector):
    def read():
        ring = KeyRing(vector["text"])
        return {"environment": ring.environment, "keys": [vars(key) for key in ring.keys]}

    assert outcome(read) == vector["expect"]


@vectors("keyring", "generate")
def test_keyring_generate(vector):
    environment, now, entropy = vector["environment"], vector["now"], bytes.fromhex(vector["entropy"])
    generated = outcome(lambda: KeyRing.generate(environment, now=now, entropy=entropy).to_text())
    assert generated == vector["expect"]


@vectors("keyring", "rotate")
def test_keyring_rotate(vector):
    def rotate():
        entropy = bytes.fromhex(vector["entropy"])
        ring = KeyRing(vector["ring"])
        return ring.rotate(vector["seals_from"], now=vector["now"], entropy=entropy).to_text()

    assert outcome(rotate) == vector["expect"]


@vectors("keyring", "retire")
def test_keyring_retire(vector):
    ring = KeyRing(vector["ring"])
    assert outcome(lambda: ring.retire(vector["key"], vector["at"]).to_text()) == vector["expect"]


@vectors("keyring", "seals_with")
def test_keyring_seals_with(vector):
    ring = KeyRing(vector["ring"])
    assert outcome(lambda: ring.seals_with(vector["now"])) == vector["expect"]


# identifier


@vectors("identifier", "parse")
def test_identifier_parse(vector):
    def parse():
        identifier = Identifier(vector["type"], vector["value"])
        assert sekisho.purpose_of_code(identifier, []) == "BindNewIdentifier"
        return {"canonical": sekisho.canonical(identifier), "method": f"{vector['type']}_code"}

    assert outcome(parse) == vector["expect"]


@vectors("identifier", "digest")
def test_identifier_digest(vector):
    """It is in the record of a code that went there."""
    verifier = Verifier.without_counters(vector["ring"])
    given = {"subject": "user-1", "to": Identifier(vector["type"], vector["value"]), "now": NOW}
    sent = verifier.send_code(**given)
    record = verifier.check_code(**given, challenge=sent.challenge, code=sent.code).record
    digest = bytes.fromhex(vector["expect"]["ok"])
    assert digest in base64.urlsafe_b64decode(record[len("sekisho_r1_") :] + "==")


# operation


def are_same(operation_json, other):
    """Whether a record made for one operation is accepted for the other."""
    steps = Verifier(RING).steps
    sent = finish(steps.send_code(subject="u", to=ANA, operation_json=operation_json, now=NOW))
    given = {"subject": "u", "to": ANA, "challenge": sent.challenge, "code": sent.code, "now": NOW}
    record = finish(steps.check_code(**given)).record
    try:
        finish(steps.present(subject="u", record=record, operation_json=other, now=NOW))
    except sekisho.SekishoError as error:
        if error.code != "record_operation_mismatch":
            raise
        return False
    return True


@vectors("operation", "digest")
def test_operation_digest(vector):
    canonical = vector["expect"].get("ok", {}).get("canonical", vector["json"])
    expected = {"ok": True} if "ok" in vector["expect"] else vector["expect"]
    assert outcome(lambda: are_same(vector["json"], canonical)) == expected


@vectors("operation", "long")
def test_operation_long(vector):
    text = vector["before"] + vector["repeat"] * vector["times"] + vector["after"]
    expected = {"ok": True} if "ok" in vector["expect"] else vector["expect"]
    assert outcome(lambda: are_same(text, text)) == expected


@vectors("operation", "same")
def test_operation_same(vector):
    assert outcome(lambda: are_same(vector["json"], vector["other"])) == vector["expect"]


# message


@vectors("message", "render")
def test_message_render(vector):
    def render():
        return sekisho.render_message(vector["template"], operation_json=vector["operation"])

    assert outcome(render) == vector["expect"]


@vectors("message", "field")
def test_message_field(vector):
    operation = {"payee": vector["value"]}
    assert outcome(lambda: sekisho.render_message("To {payee}.", operation)) == vector["expect"]


# requirement


@vectors("requirement", "to_challenge")
def test_requirement_to_challenge(vector):
    requirement = Requirement(methods=vector["methods"], max_age=vector["max_age"])
    assert outcome(lambda: sekisho.to_challenge(requirement)) == vector["expect"]


@vectors("requirement", "from_challenge")
def test_requirement_from_challenge(vector):
    assert outcome(lambda: vars(sekisho.from_challenge(vector["text"]))) == vector["expect"]


@vectors("requirement", "check")
def test_requirement_check(vector):
    def check():
        asked = requirement({**vector["requirement"], "single_use": False})
        shown = {"record": vector["token"], "requirement": asked, **binding(vector)}
        finish(Verifier(vector["ring"]).steps.present(**shown, now=vector["now"]))

    assert outcome(check) == vector["expect"]


# password


def passwords(policy):
    def pepper(given):
        return Pepper(given["id"], bytes.fromhex(given["key_hex"]))

    return PasswordPolicy(
        memory_kib=policy["m_kib"],
        passes=policy["t"],
        lanes=policy["p"],
        pepper=pepper(policy["pepper"]) if policy.get("pepper") else None,
        older_peppers=[pepper(older) for older in policy.get("older", [])],
    )


@vectors("password", "check")
def test_password_check(vector):
    policy = vector.get("policy", FILES["password"]["policy"])
    verified = outcome(lambda: vars(passwords(policy).verify(vector["password"], vector["stored"])))
    named = {name: vector[name] for name in ("matches", "needs_rehash") if name in vector}
    assert verified == ({"error": vector["error"]} if "error" in vector else {"ok": named})


@vectors("password", "hash")
def test_password_hash(vector):
    salt = bytes.fromhex(vector["salt_hex"])
    hashed = outcome(lambda: passwords(vector["policy"]).hash(vector["password"], salt=salt))
    assert hashed == ({"error": vector["error"]} if "error" in vector else {"ok": vector["phc"]})


@vectors("password", "accept")
def test_password_accept(vector):
    leaked = vector.get("leaked", [])
    acceptance = sekisho.PasswordAcceptance("\n".join(leaked))
    forbidden = {"own_data": vector["own_data"], "words": vector.get("words", [])}
    judged = acceptance.judge(vector["password"], **forbidden)
    # How guessable a password is, beyond lists, is not estimated here.
    expected = [code for code in vector["rejections"] if leaked or code != "password_rejected.pwned"]
    assert judged == expected


# code


@vectors("code", "entropy")
def test_code_entropy(vector):
    def generate():
        KeyRing.generate("development", now=NOW, entropy=bytes.fromhex(vector["entropy"]))

    assert outcome(generate) == vector["expect"]


@vectors("code", "draw")
def test_code_draw(vector):
    code = sekisho.CodePolicy(alphabet=vector["alphabet"], length=vector["length"])
    steps = Verifier(vector["ring"], policy=Policy(code=code)).steps
    options = {"now": vector["now"], "entropy": bytes.fromhex(vector["entropy"])}
    drawn = outcome(lambda: finish(steps.send_code(subject="u", to=ANA, **options)).code)
    assert drawn == vector["expect"]


@vectors("code", "typed")
def test_code_typed(vector):
    assert outcome(lambda: record_of(vector, vector["challenge"], vector["typed"])) == vector["expect"]


def record_of(vector, challenge, code):
    to = Identifier(**vector["to"])
    given = {"subject": vector["subject"], "to": to, "challenge": challenge, "code": code}
    return finish(Verifier(vector["ring"]).steps.check_code(**given, now=vector["now"])).record


# token


@vectors("token", "time")
def test_token_time(vector):
    now = vector["unix_seconds"]
    generated = outcome(lambda: KeyRing.generate("development", now=now) and None)
    assert generated == vector["expect"]


@vectors("token", "context")
def test_token_context(vector):
    steps = Verifier(RING).steps
    assert outcome(lambda: steps.unblock(subject=vector["text"]) and None) == vector["expect"]


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


# flow


@vectors("flow", "policy")
def test_flow_policy(vector):
    made = outcome(lambda: Verifier(RING, policy=policy(vector["policy"])) and None)
    assert made == vector["expect"]


def start(vector, name, **given):
    """Begins a flow of the case's verifier; without counters it has ended already."""
    hashing = vector["input"].get("password_policy")
    options = {
        "policy": policy(vector["policy"]),
        "passwords": passwords(hashing) if hashing else None,
    }
    if vector["limits"] == "counted":
        return getattr(Verifier(vector["ring"], **options).steps, name)(**given)
    assert vector["rounds"] == []
    verifier = Verifier.without_counters(vector["ring"], **options)
    # It has nothing to unblock.
    return AtOnce(getattr(verifier, name, lambda **_: None)(**given))


class AtOnce:
    ops = None

    def __init__(self, found):
        self.found = found

    def outcome(self):
        return self.found


def drive(rounds, flow):
    """The flow's outcome, told the counts of the rounds, if it asks for what they say."""
    for round in rounds:
        expected = [(op["key"], op["delta"], op["ttl"]) for op in round["ops"]]
        assert flow.ops == expected
        flow.resume(round["counts"])
    assert flow.ops is None
    return flow.outcome()


@vectors("flow", "check_password")
def test_flow_check_password(vector):
    given = vector["input"]

    def check():
        shown = {"password": given["password"], "password_hash": given["stored"], **binding(given)}
        options = {"now": vector["now"], "entropy": bytes.fromhex(given["entropy"])}
        return vars(drive(vector["rounds"], start(vector, "check_password", **shown, **options)))

    assert outcome(check) == vector["expect"]


@vectors("flow", "send_code")
def test_flow_send_code(vector):
    given = vector["input"]

    def send():
        asked = {"to": Identifier(**given["to"]), "purpose": given["purpose"], **binding(given)}
        options = {"now": vector["now"], "entropy": bytes.fromhex(given["entropy"])}
        sent = drive(vector["rounds"], start(vector, "send_code", **asked, **options))
        if "cancel" in vector and vector["limits"] == "counted":
            drive(vector["cancel"]["rounds"], sent.cancel())
        return told(sent)

    assert outcome(send) == vector["expect"]


@vectors("flow", "resend_code")
def test_flow_resend_code(vector):
    given = vector["input"]

    def resend():
        asked = {"to": Identifier(**given["to"]), "challenge": given["challenge"], **binding(given)}
        return told(drive(vector["rounds"], start(vector, "resend_code", **asked, now=vector["now"])))

    assert outcome(resend) == vector["expect"]


def told(sent):
    return {name: value for name, value in vars(sent).items() if not name.startswith("_")}


@vectors("flow", "check_code")
def test_flow_check_code(vector):
    given = {**vector["input"], "to": Identifier(**vector["input"]["to"])}

    def check():
        return vars(drive(vector["rounds"], start(vector, "check_code", **given, now=vector["now"])))

    assert outcome(check) == vector["expect"]


@vectors("flow", "present")
def test_flow_present(vector):
    given = vector["input"]

    def present():
        shown = {"record": given["token"], "requirement": requirement(given["requirement"])}
        key = given["idempotency_key"]
        options = {"idempotency_key": key, "now": vector["now"], **binding(given)}
        return vars(drive(vector["rounds"], start(vector, "present", **shown, **options)))

    assert outcome(present) == vector["expect"]


@vectors("flow", "revoke")
def test_flow_revoke(vector):
    given = {"subject": vector["input"]["subject"], "record": vector["input"]["token"]}
    revoked = outcome(lambda: drive(vector["rounds"], start(vector, "revoke", **given, now=vector["now"])))
    assert revoked == vector["expect"]


@vectors("flow", "revoke_by_link")
def test_flow_revoke_by_link(vector):
    given = {**vector["input"], "now": vector["now"]}
    revoked = outcome(lambda: drive(vector["rounds"], start(vector, "revoke_by_link", **given)))
    assert revoked == vector["expect"]


@vectors("flow", "unblock")
def test_flow_unblock(vector):
    subject = vector["input"]["subject"]
    unblocked = outcome(lambda: drive(vector["rounds"], start(vector, "unblock", subject=subject)))
    assert unblocked == vector["expect"]


def finish(flow):
    """The outcome of a flow that is the first to touch each of its counters."""
    while (ops := flow.ops) is not None:
        flow.resume([max(0, op.delta) for op in ops])
    return flow.outcome()


def binding(given):
    names = {"subject": "subject", "session": "session", "operation": "operation_json"}
    return {ours: given[theirs] for theirs, ours in names.items()}


def requirement(given):
    identifier = given["identifier"] and Identifier(**given["identifier"])
    return Requirement(**{**given, "identifier": identifier})


def policy(given):
    return Policy(
        record_lifetime=given["record_lifetime"],
        code=sekisho.CodePolicy(**given["code"]),
        failures=sekisho.FailurePolicy(**given["failures"]),
        sends=sekisho.SendPolicy(**given["sends"]),
    )
