"""Every other vector, through the package's public API."""

from given import ANA, NOW, RING, binding, decoded, finish, mac, passwords, record_of, requirement
from vectors import FILES, every_vector, outcome, ran, vectors

import sekisho
from sekisho import Identifier, KeyRing, Policy, Requirement, Verifier, _rust

# errors


@vectors("errors", "errors")
def test_errors(vector):
    messages = {code.text(): code.describe() for code in _rust.error_codes()}
    assert messages.get(vector["code"]) == vector["message"]


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


@vectors("keyring", "pseudonym")
def test_keyring_pseudonym(vector):
    ring, value = KeyRing(vector["ring"]), vector["value"]

    def pseudonym():
        if vector["type"] == "subject":
            return ring.pseudonym_of_subject(value)
        if vector["type"] == "session":
            return ring.pseudonym_of_session(value)
        return ring.pseudonym_of_identifier(Identifier(vector["type"], value))

    assert outcome(pseudonym) == vector["expect"]


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
    assert outcome(lambda: decoded(record)[49:65].hex()) == vector["expect"]


# operation

DERIVED = {vector["ring"]: vector["expect"]["ok"] for vector in FILES["keyring"]["derive"]}


def approved(operation_json):
    """A record that was made for the operation."""
    steps = Verifier(RING).steps
    sent = finish(steps.send_code(subject="u", to=ANA, operation_json=operation_json, now=NOW))
    given = {"subject": "u", "to": ANA, "challenge": sent.challenge, "code": sent.code, "now": NOW}
    return finish(steps.check_code(**given)).record


def operation_digest(record):
    return decoded(record)[81:97]


def keyed(sha256):
    """What a record holds of an operation of this digest."""
    return mac(DERIVED[RING]["digest"], b"operation\1" + bytes.fromhex(sha256))[:16]


def are_same(operation_json, other):
    """Whether a record made for one operation is accepted for the other."""
    record = approved(operation_json)
    try:
        finish(Verifier(RING).steps.present(subject="u", record=record, operation_json=other, now=NOW))
    except sekisho.SekishoError as error:
        if error.code != "record_operation_mismatch":
            raise
        return False
    return True


@vectors("operation", "digest")
def test_operation_digest(vector):
    if "error" in vector["expect"]:
        assert outcome(lambda: approved(vector["json"])) == vector["expect"]
        return
    expected = vector["expect"]["ok"]
    assert operation_digest(approved(vector["json"])) == keyed(expected["sha256"])
    assert are_same(vector["json"], expected["canonical"])


@vectors("operation", "long")
def test_operation_long(vector):
    text = vector["before"] + vector["repeat"] * vector["times"] + vector["after"]
    expected = vector["expect"]
    if "ok" in expected:
        expected = {"ok": keyed(expected["ok"]["sha256"])}
    assert outcome(lambda: operation_digest(approved(text))) == expected


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


# all of them


def test_every_vector_of_the_folder_has_run():
    """Those of the other files, too, which come before."""
    assert ran == every_vector()
