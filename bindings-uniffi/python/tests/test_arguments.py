"""An argument of the wrong type is a TypeError that names it, whether it is true or false."""

import asyncio

import pytest
from ana import ANA, KEYS, TO, VERIFIER, record

import sekisho
from sekisho import (
    CodePolicy,
    Identifier,
    KeyRing,
    MemoryCounters,
    PasswordAcceptance,
    PasswordPolicy,
    Pepper,
    Policy,
    Requirement,
    Verifier,
    from_challenge,
    require_verification,
    to_challenge,
)

UNCOUNTED = Verifier.without_counters(KEYS)
STORE = {"counters": MemoryCounters()}
GUARD = {"verifier": VERIFIER, **STORE, "subject": "user-1"}
CODE = {"challenge": "x", "code": "1"}


def present(**more):
    return VERIFIER.present(**{**STORE, "subject": "user-1", "record": "x", **more})


def guard(record=None, **more):
    return require_verification(record, **{**GUARD, **more})


def demand(**wrong):
    return lambda: to_challenge(Requirement(**wrong))


#: The argument that is named, and the calls in which it is wrong.
WRONG = {
    "to": [
        lambda: VERIFIER.send_code(**STORE, subject="u", to="a@b.cd"),
        lambda: VERIFIER.resend_code(**STORE, subject="u", to=None, challenge="x"),
        lambda: VERIFIER.check_code(**STORE, subject="u", to="a@b.cd", **CODE),
        lambda: VERIFIER.steps.check_code(subject="u", to={}, **CODE),
        lambda: UNCOUNTED.check_code(subject="u", to=0, **CODE),
        lambda: sekisho.purpose_of_code("a@b.cd", []),
    ],
    "own": [
        lambda: sekisho.purpose_of_code(TO, TO),
        lambda: sekisho.purpose_of_code(TO, None),
        lambda: sekisho.purpose_of_code(TO, "a@b.cd"),
        lambda: sekisho.purpose_of_code(TO, ["a@b.cd"]),
    ],
    "identifier": [
        lambda: KEYS.pseudonym_of_identifier("a@b.cd"),
        lambda: sekisho.canonical("a@b.cd"),
        lambda: sekisho.canonical(None),
        demand(identifier="a@b.cd"),
        demand(identifier=""),
    ],
    "identifier.type": [lambda: sekisho.canonical(Identifier([], "1")), lambda: guard(**asked_of(None))],
    "identifier.value": [lambda: sekisho.canonical(Identifier.email(None))],
    "requirement": [
        lambda: present(requirement={"max_age": 1}),
        lambda: guard(requirement={"max_age": 1}),
        lambda: VERIFIER.steps.present(subject="u", record="x", requirement=[]),
        lambda: UNCOUNTED.present(subject="u", record="x", requirement=0),
        lambda: VERIFIER.issue_resume_handle(requirement={}, subject="u"),
        lambda: to_challenge(None),
        lambda: to_challenge(Requirement),
        *(lambda wrong=wrong: guard(requirement=wrong) for wrong in ({}, [], 0, False, "", "password")),
    ],
    "methods": [
        demand(methods=(name for name in ["password"])),
        demand(methods="password"),
        demand(methods=5),
        demand(methods=0),
        demand(methods=[b"password"]),
        demand(methods=[[]]),
    ],
    "purpose": [demand(purpose=5), demand(purpose=[]), demand(purpose=False)],
    "max_age": [demand(max_age=1.5), demand(max_age="5"), demand(max_age=True), demand(max_age=[])],
    "same_session": [demand(same_session="no"), demand(same_session=None), demand(same_session=0)],
    "single_use": [demand(single_use="no"), demand(single_use=None), demand(single_use=1)],
    "record": [
        lambda: present(record=None),
        *(lambda wrong=wrong: guard(wrong) for wrong in (b"", 0, [], False, {}, b"x", 5)),
    ],
    "idempotency_key": [lambda: present(idempotency_key=0), lambda: guard(idempotency_key=b"")],
    "session": [lambda: present(session=0), lambda: guard(session=False)],
    "operation_json": [lambda: present(operation_json=b"{}"), lambda: guard(operation_json=0)],
    "subject": [lambda: present(subject=None), lambda: guard(subject=7)],
    "method": [lambda: VERIFIER.check_resume_handle(handle="x", method=None, subject="u")],
    "counters": [
        *(lambda wrong=wrong: present(counters=wrong) for wrong in (None, {}, object(), MemoryCounters)),
        lambda: guard(counters=None),
        lambda: VERIFIER.send_code(counters=None, **ANA),
        lambda: VERIFIER.unblock(counters=None, subject="u"),
    ],
    "verifier": [
        *(lambda wrong=wrong: guard(verifier=wrong) for wrong in (None, "x", UNCOUNTED, Verifier)),
    ],
    "keys": [lambda: Verifier(None), lambda: Verifier(5), lambda: Verifier.without_counters([])],
    "ring": [lambda: KeyRing(None)],
    "policy": [
        lambda: Verifier(KEYS, policy={}),
        lambda: Verifier(KEYS, policy=0),
        lambda: Verifier.without_counters(KEYS, policy=CodePolicy()),
    ],
    "policy.code": [lambda: Verifier(KEYS, policy=Policy(code={}))],
    "policy.failures": [lambda: Verifier(KEYS, policy=Policy(failures=None))],
    "policy.sends": [lambda: Verifier(KEYS, policy=Policy(sends=CodePolicy()))],
    "passwords": [lambda: Verifier(KEYS, passwords="x"), lambda: Verifier(KEYS, passwords=False)],
    "pepper": [lambda: PasswordPolicy(pepper="x"), lambda: PasswordPolicy(pepper=0)],
    "pepper.key": [lambda: PasswordPolicy(pepper=Pepper("a", None))],
    "older_peppers": [
        lambda: PasswordPolicy(older_peppers=None),
        lambda: PasswordPolicy(older_peppers=Pepper("a", bytes(32))),
        lambda: PasswordPolicy(older_peppers=["x"]),
    ],
    "own_data": [
        lambda: PasswordAcceptance().judge("x", own_data="ana"),
        lambda: PasswordAcceptance().judge("x", own_data=None),
    ],
    "words": [lambda: PasswordAcceptance().judge("x", words=[b"ana"])],
    "www_authenticate": [lambda: from_challenge(None)],
}


def asked_of(type):
    return {"requirement": Requirement(identifier=Identifier(type, "1"))}


CALLS = [
    pytest.param(name, call, id=f"{name}-{index}")
    for name, calls in WRONG.items()
    for index, call in enumerate(calls)
]


@pytest.mark.parametrize(("name", "call"), CALLS)
async def test_an_argument_of_the_wrong_type_is_named(name, call):
    with pytest.raises(TypeError, match=rf"^{name}(\[0\])? must be "):
        await outcome(call)


async def outcome(call):
    found = call()
    return await found if asyncio.iscoroutine(found) else found


async def test_what_is_of_a_class_of_its_own_but_of_the_right_type_is_taken():
    class OwnIdentifier(Identifier):
        pass

    class OwnRequirement(Requirement):
        pass

    class OwnVerifier(Verifier):
        pass

    counters, verifier = MemoryCounters(), OwnVerifier(KEYS)
    to = OwnIdentifier.email("ana@example.com")
    sent = await verifier.send_code(counters=counters, subject="user-1", to=to)
    given = {"counters": counters, "subject": "user-1", "to": to}
    verified = await verifier.check_code(**given, challenge=sent.challenge, code=sent.code)
    demanded = OwnRequirement(methods=("email_code",), identifier=to)
    assert await guard(verified.record, verifier=verifier, counters=counters, requirement=demanded) is None


@pytest.mark.parametrize("methods", ["password", 5, {"password"}, iter(["password"])])
def test_methods_are_told_to_be_a_sequence(methods):
    with pytest.raises(
        TypeError, match=rf"^methods must be a sequence, such as a list, not {type(methods).__name__}$"
    ):
        to_challenge(Requirement(methods=methods))


@pytest.mark.parametrize("max_age", [0, 300, 2**53, 2**63, 2**70])
async def test_header_and_body_say_the_same_age(max_age):
    demanded = Requirement(max_age=max_age)
    refusal = await guard(await record(), requirement=demanded, now=4_000_000_000)
    assert refusal.status == 401
    told = refusal.body["data"]["requirement"]["maxAge"]
    assert refusal.headers["WWW-Authenticate"].endswith(f'max_age="{told}"')
