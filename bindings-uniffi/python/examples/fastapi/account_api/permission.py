"""Using a verification record: as permission, or as proof of a new identifier."""

from collections.abc import Callable

from fastapi import Request

from sekisho import Identifier, Requirement, SekishoError

from .authentication import Caller
from .problem import Problem

#: The header a record travels in.
RECORD_HEADER = "logto-verification-id"

#: What is wrong with a record. It is not told; the challenge says what to do.
ABOUT_THE_RECORD = {
    "verification_record.not_found",
    "record_session_mismatch",
    "record_operation_mismatch",
    "record_method_not_allowed",
    "record_too_old",
    "record_used",
}


async def require_permission(request: Request, caller: Caller) -> None:
    """Demands a record that gives permission."""
    record = request.headers.get(RECORD_HEADER)
    if record is None:
        raise Problem.permission_denied()
    await _present(caller, record, Requirement(), Problem.permission_denied)


async def require_proof(caller: Caller, record: str, identifier: Identifier) -> None:
    """Demands a record of a code that was sent to this new identifier."""
    requirement = Requirement(
        methods=["email_code" if identifier.type == "email" else "phone_code"],
        purpose="BindNewIdentifier",
        identifier=identifier,
    )
    await _present(caller, record, requirement, Problem.record_not_found)


async def _present(
    caller: Caller, record: str, requirement: Requirement, refused: Callable[[], Problem]
) -> None:
    app = caller.app
    try:
        await app.verifier.present(
            counters=app.counters,
            subject=caller.token.subject,
            session=caller.token.session,
            record=record,
            requirement=requirement,
            now=app.clock.seconds(),
        )
    except SekishoError as error:
        if error.code in ABOUT_THE_RECORD:
            raise refused() from None
        raise
