"""What the guide shows is what is run."""

import re
from pathlib import Path

import pytest
from ana import TO, VERIFIER, refused

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "approve-a-payment.md"
TRANSFER = {"type": "transfer", "amount": "120.00", "currency": "EUR", "payee": "Ana"}
OTHER = {**TRANSFER, "amount": "920.00"}
SHOWN = r"Transfer 120\.00 EUR to Ana\. Your code is (\d{6})\. Not you\? https://bank\.example\.com/not-me#sekisho_x1_\S+"


@pytest.fixture
def payments_class():
    (shown,) = re.findall(r"^```python payments\.py\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)
    names = {}
    exec(compile(shown, "payments.py", "exec"), names)
    return names["Payments"]


async def test_the_payment_that_was_approved_is_accepted_once_and_no_other(payments_class, counters):
    messages = []

    async def mail(to, text):
        messages.append((to, text))

    payments = payments_class(VERIFIER, counters, mail)
    handle = payments.refuse("user-1", TRANSFER)
    with refused("record_operation_mismatch"):
        await payments.send("user-1", TO, OTHER, handle)
    challenge = await payments.send("user-1", TO, TRANSFER, handle)
    ((to, text),) = messages
    assert to == TO
    (code,) = re.fullmatch(SHOWN, text).groups()
    record = await payments.check("user-1", TO, challenge, code)

    with refused("record_operation_mismatch"):
        await payments.accept("user-1", record, OTHER, "request-1")
    with refused("verification_record.not_found"):
        await payments.accept("user-2", record, TRANSFER, "request-1")
    assert await payments.accept("user-1", record, TRANSFER, "request-1") is False
    assert await payments.accept("user-1", record, TRANSFER, "request-1") is True
    with refused("record_used"):
        await payments.accept("user-1", record, TRANSFER, "request-2")
