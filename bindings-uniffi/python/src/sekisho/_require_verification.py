"""Demanding a verification before a risky operation."""

from __future__ import annotations

from dataclasses import dataclass

from ._counters import CounterStore
from ._error import ErrorCode, SekishoError
from ._requirement import Requirement, to_challenge
from ._verifier import Verifier


@dataclass(frozen=True)
class Refusal:
    """The answer to give where a record is not good."""

    #: The HTTP status.
    status: int
    code: ErrorCode
    headers: dict[str, str]


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
    """Demands a verification before a risky operation.

    :param record: what the client has sent, most often in a header.
    :returns: ``None`` where the record is good. Otherwise the answer to give: 401 with the RFC 9470
        challenge that tells the client what to do, 409 for a record that was used, 503 where the
        counters cannot be reached.
    """
    if not record:
        return _refusal("verification_record.permission_denied", requirement)
    try:
        await verifier.present(
            counters=counters,
            subject=subject,
            record=record,
            requirement=requirement,
            idempotency_key=idempotency_key,
            session=session,
            operation=operation,
            operation_json=operation_json,
            now=now,
        )
    except SekishoError as error:
        return _refusal(error.code, requirement)
    return None


_NOT_GOOD = {
    "verification_record.not_found",
    "verification_record.permission_denied",
    "record_session_mismatch",
    "record_operation_mismatch",
    "record_method_not_allowed",
    "record_too_old",
}


def _refusal(code: ErrorCode, requirement: Requirement | None) -> Refusal:
    status, headers = 500, {"Cache-Control": "no-store"}
    if code == "counter_store_failed":
        status, headers["Retry-After"] = 503, "1"
    elif code == "record_used":
        status = 409
    elif code in _NOT_GOOD:
        status, headers["WWW-Authenticate"] = 401, to_challenge(requirement or Requirement())
    return Refusal(status, code, headers)
