"""A route that is guarded: what its client is answered."""

import json
from datetime import datetime, timezone

import pytest
from ana import FAULTY_OPERATIONS, VERIFIER, Down, record, refused

import sekisho
from sekisho import KeyRing, MemoryCounters, Requirement, Verifier, require_verification

TRANSFER = {"amount": "120.00", "currency": "EUR", "payee": "Ana"}
NOW = 1_764_000_000


def guard(**more):
    return {"verifier": VERIFIER, "counters": MemoryCounters(), "subject": "user-1", **more}


async def test_a_good_record_is_let_through():
    given = guard(requirement=Requirement(max_age=300))
    assert await require_verification(await record(), **given) is None
    bound = await record(operation=TRANSFER)
    assert await require_verification(bound, **guard(operation=TRANSFER)) is None
    assert await require_verification(bound, **guard(operation_json=json.dumps(TRANSFER, indent=1))) is None


@pytest.mark.parametrize("nothing", [None, "", "nonsense"])
async def test_without_a_record_the_client_is_told_what_to_do(nothing):
    verifier, fresh = Verifier(KeyRing.generate("development", now=NOW)), Requirement(max_age=300)
    refusal = await require_verification(nothing, **guard(verifier=verifier, requirement=fresh, now=NOW))
    assert (refusal.status, refusal.code) == (401, "verification_record.permission_denied")
    asked = sekisho.from_challenge(refusal.headers["WWW-Authenticate"])
    assert (asked.methods, asked.max_age) == (["password", "email_code", "phone_code"], 300)
    handle = refusal.body["data"].pop("resumeHandle")
    verifier.check_resume_handle(handle=handle, method="email_code", subject="user-1", now=NOW)
    assert refusal.body == {
        "code": "verification_record.permission_denied",
        "message": "This needs a fresh verification of who you are.",
        "data": {
            "requirement": {
                "methods": ["password", "email_code", "phone_code"],
                "match": "any",
                "maxAge": 300,
                "bound": False,
                "singleUse": False,
                "sameSession": False,
            },
            "expiresAt": "2025-11-24T16:10:00.000Z",
        },
    }


@pytest.mark.parametrize("given", [{"operation": TRANSFER}, {"operation_json": json.dumps(TRANSFER)}])
async def test_the_body_has_the_operation_and_a_handle_for_it_alone(given):
    demanded = Requirement(methods=["email_code"], single_use=True, same_session=True)
    refusal = await require_verification(None, **guard(requirement=demanded, session="s", **given))
    data = json.loads(json.dumps(refusal.body))["data"]
    assert data["operation"] == TRANSFER
    assert data["requirement"] == {
        "methods": ["email_code"],
        "match": "any",
        "bound": True,
        "singleUse": True,
        "sameSession": True,
    }
    asking = {"handle": data["resumeHandle"], "subject": "user-1", "session": "s"}
    VERIFIER.check_resume_handle(**asking, method="email_code", operation=data["operation"])
    with refused("record_operation_mismatch"):
        VERIFIER.check_resume_handle(**asking, method="email_code", operation={**TRANSFER, "payee": "Eve"})
    with refused("record_method_not_allowed"):
        VERIFIER.check_resume_handle(**asking, method="password", operation=TRANSFER)
    end = datetime.strptime(data["expiresAt"], "%Y-%m-%dT%H:%M:%S.%f%z")
    assert 595 < (end - datetime.now(timezone.utc)).total_seconds() <= 600


async def test_what_is_wrong_with_a_record_is_told_to_its_user_alone():
    bound = await record(operation=TRANSFER, session="s")
    codes = {
        "verification_record.permission_denied": {"subject": "user-2"},
        "record_operation_mismatch": {"operation": {**TRANSFER, "amount": "120.01"}},
        "record_session_mismatch": {"session": "another"},
        "record_method_not_allowed": {"requirement": Requirement(methods=["password"])},
    }
    for code, changes in codes.items():
        refusal = await require_verification(
            bound, **guard(**{"operation": TRANSFER, "session": "s", **changes})
        )
        assert (refusal.status, refusal.code, refusal.body["code"]) == (401, code, code)
        assert refusal.body["data"]["resumeHandle"]


async def test_single_use_is_of_one_request():
    shown, once = await record(), guard(requirement=Requirement(single_use=True))
    for _ in range(2):
        assert await require_verification(shown, **once, idempotency_key="a") is None
    given = {name: once[name] for name in ("counters", "subject", "requirement")}
    for key, repeated in (("a", True), ("b", False)):
        accepted = VERIFIER.present(
            **given, record=shown if repeated else await record(), idempotency_key=key
        )
        assert (await accepted).repeated is repeated
    refusal = await require_verification(shown, **once, idempotency_key="b")
    assert (refusal.status, refusal.code, sorted(refusal.body)) == (409, "record_used", ["code", "message"])
    assert "WWW-Authenticate" not in refusal.headers


async def test_where_the_counters_are_down_nobody_gets_through():
    refusal = await require_verification(await record(), **guard(counters=Down(OSError("secret"))))
    assert (refusal.status, refusal.headers["Retry-After"]) == (503, "1")
    assert refusal.body == {"code": "counter_store_failed", "message": str(refusal.error)}
    assert repr(refusal.error.__cause__) == "OSError('secret')"
    assert "secret" not in json.dumps(refusal.body) + repr(refusal)


@pytest.mark.parametrize("shown", [None, "nonsense"])
@pytest.mark.parametrize(
    ("status", "code", "wrong"),
    [
        (500, "requirement_invalid", {"requirement": Requirement(max_age=-1)}),
        (500, "time_invalid", {"now": -1}),
        (400, "context_invalid", {"idempotency_key": ""}),
        (400, "context_invalid", {"idempotency_key": "x" * 257}),
        (400, "context_invalid", {"session": "\n"}),
        (400, "operation_invalid", {"operation_json": '{"a":1,"a":2}'}),
    ],
)
async def test_what_is_asked_wrongly_is_no_permission_either(shown, status, code, wrong):
    refusal = await require_verification(shown, **guard(**wrong))
    assert (refusal.status, refusal.code, refusal.error.code) == (status, code, code)
    assert refusal.headers == {"Cache-Control": "no-store"}
    assert refusal.body == {"code": code, "message": str(refusal.error)}


@pytest.mark.parametrize("fault", FAULTY_OPERATIONS)
async def test_an_operation_that_is_none_is_the_clients_fault(fault):
    refusal = await require_verification(None, **guard(operation=FAULTY_OPERATIONS[fault]))
    assert (refusal.status, refusal.code, refusal.body["code"]) == (400, *["operation_invalid"] * 2)


async def test_a_value_that_json_does_not_have_is_the_programs_fault():
    for foreign in (b"1", datetime.now(), {1: 2}, {"a": {1}}):
        with pytest.raises(TypeError, match=r"^operation: "):
            await require_verification(None, **guard(operation=foreign))


async def test_a_handle_that_ends_after_the_year_9999_cannot_be_told():
    with refused("time_invalid"):
        await require_verification(None, **guard(now=253_402_300_799))
