"""What a user approves: the message that says so, its code once more, and what takes it back."""

import time

import pytest
from ana import ANA, KEYS, VERIFIER, check, refused, send

from sekisho import (
    FailurePolicy,
    MemoryCounters,
    PasswordPolicy,
    Policy,
    Requirement,
    SendPolicy,
    Verifier,
    render_message,
)

TRANSFER = {"type": "transfer", "amount": "120.00", "payee": {"name": "Ana"}, "count": 2}


def later(seconds=30):
    return int(time.time()) + seconds


def test_a_message_shows_the_operation_that_is_approved():
    template = "{amount} to {payee.name}, {count} times"
    assert render_message(template, TRANSFER) == "120.00 to Ana, 2 times"
    with refused("operation_not_displayable"):
        render_message("{payee}", TRANSFER)
    for broken in ("{amount", "", "half a pair: \ud83d"):
        with refused("message_template_invalid"):
            render_message(broken, TRANSFER)
    with refused("operation_invalid"):
        render_message("{a}", operation_json='{"a":1,"a":2}')
    with pytest.raises(TypeError, match="missing"):
        render_message(template)
    with pytest.raises(TypeError, match="one too many"):
        render_message(template, TRANSFER, operation_json="{}")


async def test_a_code_is_sent_again_and_one_of_the_two_messages_verifies_once(counters):
    async def resend(operation=TRANSFER, **more):
        given = {"counters": counters, **ANA, "challenge": sent.challenge, "operation": operation}
        return await VERIFIER.resend_code(**given, **more)

    sent = await send(counters, operation=TRANSFER)
    with refused("request.message_rate_limited") as early:
        await resend()
    assert 1 <= early.value.retry_after <= 30
    again = await resend(now=later())
    assert again == sent
    with refused("request.message_rate_limited"):
        await resend(now=later())
    for other in ({**TRANSFER, "amount": "120.01"}, None):
        with refused("record_operation_mismatch"):
            await resend(other, now=later())
    await check(counters, again)
    with refused("verification_code.not_found"):
        await resend(now=later(60))


async def test_a_message_sent_again_counts_until_it_is_cancelled():
    counters = MemoryCounters()
    verifier = Verifier(KEYS, policy=Policy(sends=SendPolicy(limit=2)))
    sent = await verifier.send_code(counters=counters, **ANA)
    again = await verifier.resend_code(counters=counters, **ANA, challenge=sent.challenge, now=later())
    with refused("request.message_rate_limited"):
        await verifier.send_code(counters=counters, **ANA)
    await again.cancel()
    await verifier.send_code(counters=counters, **ANA)


async def test_whoever_has_the_link_of_the_message_revokes(counters):
    sent = await send(counters)
    with refused("verification_record.not_found"):
        await VERIFIER.revoke_by_link(counters=counters, revocation=sent.challenge)
    for _ in range(2):
        await VERIFIER.revoke_by_link(counters=counters, revocation=sent.revocation)
    with refused("verification_code.not_found"):
        await check(counters, sent)


async def test_a_record_is_revoked_by_its_user(counters):
    record = (await check(counters, await send(counters))).record
    shown = {"counters": counters, "subject": "user-1", "record": record}
    with refused("verification_record.not_found"):
        await VERIFIER.revoke(**{**shown, "subject": "user-2"})
    await VERIFIER.present(**shown)
    for _ in range(2):
        await VERIFIER.revoke(**shown)
    with refused("verification_record.not_found"):
        await VERIFIER.present(**shown)


def test_without_counters_a_code_is_sent_again_and_nothing_is_revoked():
    uncounted = Verifier.without_counters(KEYS)
    sent = uncounted.send_code(**ANA)
    assert uncounted.resend_code(**ANA, challenge=sent.challenge, now=later()) == sent
    record = uncounted.check_code(**ANA, challenge=sent.challenge, code=sent.code).record
    with refused("counters_required"):
        uncounted.revoke(subject="user-1", record=record)
    with refused("counters_required"):
        uncounted.revoke_by_link(revocation=sent.revocation)
    handle = uncounted.issue_resume_handle(subject="user-1").handle
    for verifier in (VERIFIER, uncounted):
        verifier.check_resume_handle(handle=handle, method="password", subject="user-1")
        with refused("verification_record.not_found"):
            verifier.check_resume_handle(handle=handle, method="password", subject="user-2")


async def test_a_refused_operation_is_gone_on_with_by_the_user_in_the_session_by_the_method():
    bound = {"subject": "user-1", "session": "session-1", "operation": TRANSFER}
    issued = VERIFIER.issue_resume_handle(requirement=Requirement(["email_code"]), **bound)
    assert abs(issued.expires_at - time.time() - 600) < 5
    shown = {"handle": issued.handle, "method": "email_code", **bound}
    VERIFIER.check_resume_handle(**shown)
    others = [
        ("subject", "user-2", "verification_record.not_found"),
        ("session", None, "record_session_mismatch"),
        ("operation", None, "record_operation_mismatch"),
        ("method", "password", "record_method_not_allowed"),
    ]
    for name, other, code in others:
        with refused(code):
            VERIFIER.check_resume_handle(**{**shown, name: other})
    with refused("verification_record.not_found"):
        await VERIFIER.present(counters=MemoryCounters(), subject="user-1", record=issued.handle)


async def test_failures_of_a_session_end_its_right_to_verify_and_another_of_the_user_goes_on(counters):
    strict = Verifier(KEYS, policy=Policy(failures=FailurePolicy(session_limit=2)))
    stored = PasswordPolicy(memory_kib=64, passes=1).hash("right")

    async def verify(password, session):
        given = {"subject": "user-1", "password": password, "password_hash": stored, "session": session}
        await strict.check_password(counters=counters, **given)

    for _ in range(2):
        with refused("session.invalid_credentials"):
            await verify("wrong", "stolen")
    with refused("session.verification_blocked_too_many_attempts") as ended:
        await verify("right", "stolen")
    assert ended.value.retry_after == 86_400
    await verify("right", "own")
