"""The example of a protected operation: a transfer of money. It moves none."""

import hashlib
import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sekisho import require_verification

from .answer import JSON, ok
from .approval import REQUIREMENT, Approval
from .authentication import Authenticated
from .body import Body
from .permission import RECORD_HEADER
from .problem import Problem

router = APIRouter(prefix="/api/transfers")

#: Up to twelve digits without needless zeros, up to two decimals, and not zero.
AMOUNT = r"(?=.*[1-9])(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?"


@router.post("")
async def make_transfer(request: Request, caller: Authenticated) -> Response:
    """Makes it with a record that was made for it; otherwise tells the client how to get one."""
    app = caller.app
    transfer = await read(request)
    caller.require_first_party()
    await caller.active_user()
    approval = Approval.of({"type": "transfer", **transfer})
    record = request.headers.get(RECORD_HEADER)
    refusal = await require_verification(
        record,
        verifier=app.verifier,
        counters=app.counters,
        subject=caller.token.subject,
        session=caller.token.session,
        requirement=REQUIREMENT,
        idempotency_key=idempotency_key(request),
        operation_json=approval.operation_json,
        now=app.clock.seconds(),
    )
    if refusal is not None:
        return JSONResponse(refusal.body, refusal.status, {**JSON, **refusal.headers})
    # Its record makes no other, so a repetition is answered as the first request was.
    id = hashlib.sha256((record or "").encode()).hexdigest()[:16]
    return ok(201, {"id": id, **transfer})


async def read(request: Request) -> dict[str, str]:
    body = await Body.read(request)
    of_140 = (r"(?s).{1,140}", "must have 1 to 140 characters")
    transfer = {
        "amount": body.matching("amount", AMOUNT, 'must be an amount such as "120.00", above 0'),
        "currency": body.matching("currency", "[A-Z]{3}", "must be three capital letters"),
        "payee": body.matching("payee", r"(?s).{1,70}", "must have 1 to 70 characters"),
        **({"reference": body.matching("reference", *of_140)} if body.has("reference") else {}),
    }
    body.end()
    return transfer


def idempotency_key(request: Request) -> str | None:
    """Names a request, so that repeating it carries nothing out twice
    (draft-ietf-httpapi-idempotency-key-header).
    """
    keys = request.headers.getlist("idempotency-key")
    if not keys:
        return None
    if len(keys) > 1 or not re.fullmatch("[\x20-\x7e]{1,256}", keys[0]):
        raise Problem.invalid_input(
            "The header Idempotency-Key must be one, of 1 to 256 characters of ASCII."
        )
    return keys[0]
