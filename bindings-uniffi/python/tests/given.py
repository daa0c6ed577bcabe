"""What vectors give, in the types of the package."""

import base64
import hmac

from vectors import FILES

import sekisho
from sekisho import Identifier, PasswordPolicy, Pepper, Policy, Requirement, Verifier

RING = FILES["token"]["open_record"][0]["ring"]
NOW = FILES["token"]["open_record"][0]["now"]
ANA = Identifier.email("ana@example.com")


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


def record_of(vector, challenge, code):
    to = Identifier(**vector["to"])
    given = {"subject": vector["subject"], "to": to, "challenge": challenge, "code": code}
    return finish(Verifier(vector["ring"]).steps.check_code(**given, now=vector["now"])).record


def decoded(token):
    """The bytes of a record or challenge."""
    return base64.urlsafe_b64decode(token[len("sekisho_r1_") :] + "==")


def mac(key, message):
    return hmac.digest(bytes.fromhex(key), message, "sha256")
