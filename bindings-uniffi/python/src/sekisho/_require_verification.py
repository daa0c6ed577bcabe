"""Demanding a verification before a risky operation."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ._argument import instance, number_if_any
from ._counters import CounterStore
from ._error import ErrorCode, SekishoError, failure
from ._operation import to_json
from ._requirement import METHODS, Requirement, to_challenge
from ._resume_handle import ResumeHandle
from ._verifier import Verifier


@dataclass(frozen=True)
class Refusal:
    """The answer to give where a record is not good."""

    #: The HTTP status.
    status: int
    code: ErrorCode
    headers: dict[str, str]
    #: What to answer as JSON: ``code`` and ``message``, and with 401 all that a client needs to go on as
    #: ``data``: the ``requirement``, the ``operation``, and of its resume handle ``resumeHandle`` and
    #: ``expiresAt`` (ISO 8601).
    body: dict[str, Any]
    #: Why, for your log; what a counter store raised is its ``__cause__``.
    error: SekishoError = field(repr=False, compare=False)


async def require_verification(
    record: str | None,
    *,
    verifier: Verifier,
    counters: CounterStore,
    subject: str,
    requirement: Requirement | None = None,
    idempotency_key: str | None = None,
    session: str | None = None,
    operation: object = None,
    operation_json: str | None = None,
    now: int | None = None,
) -> Refusal | None:
    """Demands a verification before a risky operation. A repetition under the same idempotency key is let
    through like the first request: who has to tell them apart takes :meth:`Verifier.present`.

    :param record: what the client has sent, most often in a header.
    :returns: ``None`` where the record is good. Otherwise the answer to give: 401 with the RFC 9470
        challenge that tells the client what to do, 409 for a record that was used, 400 for an operation,
        idempotency key, session or subject that is none, 503 where the counters cannot be reached, 500
        for what only the operator can mend.
    :raises SekishoError: ``key_none_seals`` where there is no key for the resume handle,
        ``time_invalid`` where it ends after the year 9999.
    """
    caller = instance("verifier", verifier, Verifier)
    demanded = Requirement() if requirement is None else requirement
    try:
        operation_json = to_json(operation, operation_json)
    except SekishoError as error:
        return _refusal(error)
    asked: dict[str, Any] = {
        "subject": subject,
        "requirement": demanded,
        "session": session,
        "operation_json": operation_json,
        "now": now,
    }
    shown = {**asked, "record": "" if record is None else record, "idempotency_key": idempotency_key}
    try:
        await caller.present(counters=counters, **shown)
    except SekishoError as error:
        refused = failure(_NO_PERMISSION) if error.code == _NO_RECORD else error
        if refused.code not in _NOT_GOOD:
            return _refusal(refused)
        issued = caller.issue_resume_handle(**asked)
        return _verification_required(refused, demanded, operation_json, issued)
    return None


#: What is none, forged, expired, revoked or another user's gives no permission.
_NO_RECORD: ErrorCode = "verification_record.not_found"
_NO_PERMISSION: ErrorCode = "verification_record.permission_denied"

_NOT_GOOD = {
    _NO_PERMISSION,
    "record_session_mismatch",
    "record_operation_mismatch",
    "record_method_not_allowed",
    "record_too_old",
}

#: Of what is neither good nor for a verification to mend. The rest is the operator's.
_STATUS: dict[ErrorCode, int] = {
    "operation_invalid": 400,
    "context_invalid": 400,
    "record_used": 409,
    "counter_store_failed": 503,
}


def _verification_required(
    error: SekishoError, requirement: Requirement, operation_json: str | None, issued: ResumeHandle
) -> Refusal:
    operation = {} if operation_json is None else {"operation": json.loads(operation_json)}
    data = {
        "requirement": _told(requirement, is_bound=operation_json is not None),
        **operation,
        "resumeHandle": issued.handle,
        "expiresAt": _iso8601(issued.expires_at),
    }
    headers = {"Cache-Control": "no-store", "WWW-Authenticate": to_challenge(requirement)}
    body = {"code": error.code, "message": str(error), "data": data}
    return Refusal(401, error.code, headers, body, error)


def _told(requirement: Requirement, *, is_bound: bool) -> dict[str, Any]:
    """The requirement, as the client reads it."""
    max_age = {} if requirement.max_age is None else {"maxAge": number_if_any("max_age", requirement.max_age)}
    return {
        "methods": list(METHODS if requirement.methods is None else requirement.methods),
        "match": "any",
        **max_age,
        "bound": is_bound,
        "singleUse": requirement.single_use,
        "sameSession": requirement.same_session,
    }


def _iso8601(seconds: int) -> str:
    try:
        time = datetime.fromtimestamp(seconds, timezone.utc)
    except (ValueError, OverflowError):
        # After the year 9999.
        raise failure("time_invalid") from None
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _refusal(error: SekishoError) -> Refusal:
    headers, body = {"Cache-Control": "no-store"}, {"code": error.code, "message": str(error)}
    if error.code == "counter_store_failed":
        headers["Retry-After"] = "1"
    return Refusal(_STATUS.get(error.code, 500), error.code, headers, body, error)
