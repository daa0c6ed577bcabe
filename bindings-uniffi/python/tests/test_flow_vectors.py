"""The vectors of the flows, in the step form; those without counters by the verifier that has none."""

from given import RING, binding, passwords, policy, requirement
from vectors import outcome, vectors

from sekisho import Identifier, Verifier


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
