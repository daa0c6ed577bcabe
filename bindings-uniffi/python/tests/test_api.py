"""The public API beyond the vectors."""

import asyncio
import gc
import json
import random
import time
import traceback

import pytest
from ana import ANA, FAULTY_OPERATIONS, KEYS, TO, VERIFIER, Down, check, record, refused, send

import sekisho
from sekisho import (
    Identifier,
    KeyRing,
    MemoryCounters,
    PasswordPolicy,
    Requirement,
    SekishoError,
    Verifier,
)


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06}"


async def test_a_code_verifies_once(counters):
    sent = await send(counters)
    assert len(sent.code) == 6
    assert abs(sent.expires_at - time.time() - 600) < 5
    found = await asyncio.gather(*(check(counters, sent) for _ in range(8)), return_exceptions=True)
    errors = [error.code for error in found if isinstance(error, SekishoError)]
    assert errors == ["verification_code.not_found"] * 7


async def test_ten_wrong_codes_are_compared_however_many_come_at_once(counters):
    sent = await send(counters)
    tries = (check(counters, sent, wrong(sent.code)) for _ in range(50))
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert [error.code for error in found].count("verification_code.code_mismatch") == 10
    with refused("verification_code.exceed_max_try"):
        await check(counters, sent)


async def test_the_eleventh_message_waits_and_a_cancelled_one_does_not_count(counters):
    for _ in range(20):
        await (await send(counters)).cancel()
    sends = [await send(counters) for _ in range(10)]
    with refused("request.message_rate_limited") as caught:
        await send(counters)
    assert caught.value.retry_after > 590
    await sends[0].cancel()
    # A second time there is nothing to give back.
    await sends[0].cancel()
    await send(counters)
    with refused("request.message_rate_limited"):
        await send(counters)


async def test_passwords_are_hashed_checked_and_rehashed(counters):
    with PasswordPolicy(memory_kib=64, passes=1) as cheap:
        stored = cheap.hash("correct horse")
    given = {"counters": counters, "subject": "user-1"}
    right = {"password": "correct horse", "password_hash": stored}
    assert (await VERIFIER.check_password(**given, **right)).needs_rehash
    for password_hash in (stored, None):
        with refused("session.invalid_credentials"):
            await VERIFIER.check_password(**given, password="wrong", password_hash=password_hash)
    costly = "$argon2id$v=19$m=99999999,t=9,p=9$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw"
    with refused("password_hash_too_costly"):
        await VERIFIER.check_password(**given, password="x", password_hash=costly)
    with refused("policy_invalid"):
        PasswordPolicy(memory_kib=1 << 30)


class Ticks:
    """How often the event loop comes round."""

    async def __aenter__(self):
        self.longest = 0.0
        self.task = asyncio.create_task(self.count())
        await asyncio.sleep(0.01)
        return self

    async def count(self):
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            self.longest, last = max(self.longest, now - last), now

    async def __aexit__(self, *_):
        self.task.cancel()


async def test_argon2_does_not_block_the_event_loop():
    """A computation of about a second, of which the loop shall not notice a quarter."""
    passwords = PasswordPolicy(memory_kib=131_072, passes=8)
    verifier = Verifier(KEYS, passwords=passwords)
    async with Ticks() as ticks:
        begun = time.perf_counter()
        stored = await asyncio.to_thread(passwords.hash, "correct horse")
        took = time.perf_counter() - begun
        given = {"subject": "user-1", "password": "correct horse", "password_hash": stored}
        await verifier.check_password(counters=MemoryCounters(), **given)
        in_threads = ticks.longest
        # The same on the loop itself is noticed.
        passwords.verify("correct horse", stored)
        await asyncio.sleep(0.01)
        assert ticks.longest > took / 2
    assert in_threads < took / 4


async def test_a_pool_that_takes_no_more_leaves_the_answer_as_it_is(monkeypatch):
    async def rejects(*_):
        raise RuntimeError("cannot schedule new futures after shutdown")

    monkeypatch.setattr(asyncio, "to_thread", rejects)
    passwords = PasswordPolicy(memory_kib=64, passes=1)
    given = {"counters": MemoryCounters(), "subject": "user-1", "password_hash": passwords.hash("right")}
    assert await VERIFIER.check_password(**given, password="right")
    with refused("session.invalid_credentials"):
        await VERIFIER.check_password(**given, password="wrong")


async def test_an_operation_is_approved_as_it_is_and_no_other():
    operation = {"type": "transfer", "amount": "120.00", "currency": "EUR", "payee": "Ana"}
    shown = {"counters": MemoryCounters(), "subject": "user-1", "record": await record(operation=operation)}
    reordered = dict(reversed(operation.items()))
    await VERIFIER.present(**shown, operation=reordered)
    await VERIFIER.present(**shown, operation_json=json.dumps(operation, indent=2))
    for other in ({**operation, "amount": "120.01"}, None):
        with refused("record_operation_mismatch"):
            await VERIFIER.present(**shown, operation=other)
    for lost in ({1: 2}, {"a": {None: 1}}, [b"1"], {"a": {1}}, object()):
        with pytest.raises(TypeError, match=r"^operation: "):
            await send(MemoryCounters(), operation=lost)
    with pytest.raises(TypeError, match="one too many"):
        await send(MemoryCounters(), operation={}, operation_json="{}")


@pytest.mark.parametrize("fault", FAULTY_OPERATIONS)
async def test_an_operation_that_is_none_is_refused_whatever_its_fault(fault):
    operation = FAULTY_OPERATIONS[fault]
    uncounted = Verifier.without_counters(KEYS)
    for call in (
        lambda: VERIFIER.steps.send_code(**ANA, operation=operation),
        lambda: VERIFIER.steps.present(subject="u", record="x", operation=operation),
        lambda: VERIFIER.issue_resume_handle(subject="u", operation=operation),
        lambda: uncounted.send_code(**ANA, operation=operation),
        lambda: sekisho.render_message("{a}", operation),
    ):
        with refused("operation_invalid"):
            call()


class Answering:
    """A store that answers the same to everything."""

    def __init__(self, answer):
        self.answer = answer

    async def add(self, ops):
        return self.answer


NONSENSE = [None, [], [1], [0] * 4, ["1", 0, 0, 1], [1, 0, 0, float("nan")], [1.5, 0, 0, 1]]
NONSENSE += [[-1, 0, 0, 1], [2**63, 0, 0, 1], [True, 0, 0, 1], {}, "1001", b"1001", object()]


@pytest.mark.parametrize("answer", NONSENSE, ids=repr)
async def test_a_store_that_answers_nonsense_lets_nobody_through(answer):
    sent = await send(MemoryCounters())
    with refused("counter_store_failed"):
        await check(Answering(answer), sent)


async def test_what_a_store_raises_is_the_cause_and_not_in_the_text(capfd):
    sent = await send(MemoryCounters())
    for cause in (OSError("secret of the store"), asyncio.CancelledError(), KeyError("x")):
        with refused("counter_store_failed") as caught:
            await check(Down(cause), sent)
        assert caught.value.__cause__ is cause
        assert "secret" not in str(caught.value)
        assert traceback.format_exception_only(SekishoError, caught.value)[0].count("\n") == 1
    assert capfd.readouterr() == ("", "")


async def test_a_store_whose_addition_is_of_another_form_lets_nobody_through():
    sent = await send(MemoryCounters())
    for store in (set(), {sent.challenge}):
        with refused("counter_store_failed") as caught:
            await check(store, sent)
        assert isinstance(caught.value.__cause__, TypeError)


async def test_a_check_that_is_cancelled_cancels_what_the_store_does():
    waits, was_cancelled = asyncio.Event(), asyncio.Event()

    class Slow:
        async def add(self, ops):
            waits.set()
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                was_cancelled.set()
                raise

    sent = await send(MemoryCounters())
    checking = asyncio.create_task(check(Slow(), sent))
    await waits.wait()
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking
    await asyncio.wait_for(was_cancelled.wait(), 5)


async def test_without_counters_every_outcome_says_so():
    uncounted = Verifier.without_counters(KEYS.to_text())
    sent = uncounted.send_code(**ANA)
    verified = uncounted.check_code(**ANA, challenge=sent.challenge, code=sent.code)
    assert (sent.limits, verified.limits) == ("not_counted", "not_counted")
    once = Requirement(single_use=True)
    with refused("counters_required"):
        uncounted.present(subject="user-1", record=verified.record, requirement=once)


async def test_a_flow_ends_once_and_what_is_closed_is_gone():
    flow = VERIFIER.steps.send_code(**ANA)
    with refused("counter_store_failed"):
        flow.outcome()
    assert flow.ops is None
    with KeyRing.generate("development") as keys, Verifier(keys) as verifier:
        text = keys.to_text()
        with verifier.steps.send_code(**ANA) as flow:
            flow.resume([1])
    for closed in (keys.to_text, lambda: verifier.steps, lambda: flow.ops, flow.outcome):
        with pytest.raises(ValueError, match="is closed"):
            closed()
    assert repr(keys) == "KeyRing(closed)"
    with Verifier(text) as verifier:
        await verifier.send_code(counters=MemoryCounters(), **ANA)


def test_purposes_are_told_by_the_addresses_of_the_user():
    assert sekisho.purpose_of_code(TO, [TO]) == "UserPermissionValidation"
    assert sekisho.purpose_of_code(TO, [TO], "BindMfa") == "BindMfa"
    assert sekisho.purpose_of_code(TO, [Identifier.phone("4915112345")]) == "BindNewIdentifier"
    with refused("identifier_invalid"):
        sekisho.purpose_of_code(Identifier("fax", "1"), [])


async def test_secrets_are_in_no_text_of_an_object_and_no_message():
    secret = KEYS.to_text().split(".")[2]
    sent = await send(MemoryCounters())
    pepper = sekisho.Pepper("a", b"0123456789abcdef" * 2)
    verified = await check(MemoryCounters(), sent)
    issued = VERIFIER.issue_resume_handle(subject="user-1")
    shown = repr([KEYS, VERIFIER, sent, pepper, vars(KEYS), verified, issued])
    tokens = (sent.challenge, sent.revocation, verified.record, issued.handle)
    for hidden in (secret, sent.code, *tokens, "0123456789abcdef"):
        assert hidden not in shown
    for text in (f"{KEYS.to_text()}x", KEYS.to_text()[:-20]):
        with pytest.raises(SekishoError) as caught:
            KeyRing(text)
        assert secret not in "".join(traceback.format_exception_only(SekishoError, caught.value))


@pytest.mark.parametrize("half", ["\ud800", "a\udfffb", "\udc00\ud800"])
async def test_half_characters_make_no_text_the_same_as_another(half):
    counters = MemoryCounters()
    challenge = (await send(counters)).challenge
    calls = [
        ("context_invalid", lambda: send(counters, subject=half)),
        ("context_invalid", lambda: send(counters, session=half)),
        ("identifier_invalid", lambda: send(counters, to=Identifier.email(f"{half}@example.com"))),
        ("operation_invalid", lambda: send(counters, operation_json=f'"{half}"')),
        (
            "context_invalid",
            lambda: VERIFIER.present(counters=counters, subject="u", record=challenge, idempotency_key=half),
        ),
        (
            "password_invalid",
            lambda: VERIFIER.check_password(
                counters=counters, subject="u", password=half, password_hash=None
            ),
        ),
    ]
    for code, call in calls:
        with pytest.raises(SekishoError) as caught:
            await call()
        assert caught.value.code == code


def test_half_a_character_leaves_the_rest_of_a_list_as_it_is():
    acceptance = sekisho.PasswordAcceptance("half \ud800 a character\nleaked long ago")
    assert acceptance.judge("leaked long ago") == ["password_rejected.pwned"]


ODD = [None, True, -1, 0, 1.5, float("nan"), float("inf"), 2**60, 2**70, "", "x", "\0", "\ud800"]
ODD += ["x" * 70_000, [], {}, print, b"abc", bytearray(32), object(), TO, KEYS, Requirement(), ANA]


async def test_no_argument_does_harm():
    """Whatever a program without types passes in, it is refused or taken, and nothing else."""
    counters = MemoryCounters()
    calls = [
        lambda a, b, c, d: send(counters, subject=a, to=Identifier(b, c), session=d),
        lambda a, b, c, d: send(counters, to=b, purpose=c, operation_json=d, now=a),
        lambda a, b, c, d: send(counters, operation=a, entropy=b),
        lambda a, b, c, d: VERIFIER.check_code(
            counters=counters, subject=a, to=TO, challenge=b, code=c, session=d
        ),
        lambda a, b, c, d: VERIFIER.present(
            counters=counters, subject="u", record=a, requirement=b, idempotency_key=c
        ),
        lambda a, b, c, d: VERIFIER.present(
            counters=counters,
            subject="u",
            record=a,
            requirement=Requirement(methods=[b], max_age=c, purpose=d),
        ),
        lambda a, b, c, d: VERIFIER.check_password(
            counters=counters, subject="u", password=a, password_hash=b, entropy=c
        ),
        lambda a, b, c, d: KeyRing.generate(a, now=b, entropy=bytes(32)),
        lambda a, b, c, d: KeyRing(a),
        lambda a, b, c, d: KEYS.rotate(a, now=b),
        lambda a, b, c, d: KEYS.retire(a, b),
        lambda a, b, c, d: PasswordPolicy(memory_kib=a, passes=b, pepper=sekisho.Pepper(c, d)),
        lambda a, b, c, d: Verifier(
            KEYS,
            policy=sekisho.Policy(a, code=sekisho.CodePolicy(length=b, lifetime=c)),
        ),
        lambda a, b, c, d: sekisho.from_challenge(a),
        lambda a, b, c, d: sekisho.render_message(a, b),
        lambda a, b, c, d: sekisho.render_message("{a}", operation_json=a),
        lambda a, b, c, d: VERIFIER.resend_code(
            counters=counters, subject=a, to=Identifier("email", b), challenge=c, operation=d
        ),
        lambda a, b, c, d: VERIFIER.revoke(counters=counters, subject=a, record=b, now=c),
        lambda a, b, c, d: VERIFIER.revoke_by_link(counters=counters, revocation=a, now=b),
        lambda a, b, c, d: VERIFIER.issue_resume_handle(requirement=a, subject=b, session=c, now=d),
        lambda a, b, c, d: VERIFIER.check_resume_handle(handle=a, method=b, subject=c, session=d),
        lambda a, b, c, d: VERIFIER.steps.send_code(**ANA, now=a, entropy=b).resume(c),
    ]
    pick = random.Random(7)
    refusals = 0
    for round in range(4000):
        call = calls[round % len(calls)]
        try:
            found = call(*(pick.choice(ODD) for _ in range(4)))
            if asyncio.iscoroutine(found):
                await found
        except (SekishoError, TypeError):
            refusals += 1
    assert refusals > 2000
    await record()


def resident_kib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


async def test_ten_thousand_flows_leave_no_growing_memory(record_property):
    async def story(counters):
        sent = await send(counters, session="s", operation={"a": 1})
        verified = await check(counters, sent, session="s")
        shown = {"record": verified.record, "session": "s", "operation": {"a": 1}}
        await VERIFIER.present(counters=counters, subject="user-1", **shown)
        await sent.cancel()
        with refused("verification_code.not_found"):
            await check(counters, sent, session="s")

    async def stories(count):
        for _ in range(count):
            await story(MemoryCounters())
        gc.collect()
        return resident_kib()

    before = await stories(500)
    after = await stories(2000)
    record_property("growth_kib", after - before)
    print(f"10,000 flows: {before} KiB before, {after} KiB after")
    assert after - before < 1024
