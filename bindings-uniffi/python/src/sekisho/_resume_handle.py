"""Going on with an operation that was refused for want of a verification."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ._argument import number_if_any, text, text_if_any
from ._operation import to_json
from ._requirement import METHODS, Method, Requirement, lower_requirement, named


@dataclass(frozen=True)
class ResumeHandle:
    """Says to whoever holds it which operation was refused, and allows nothing."""

    #: The text, for the client; it comes back with the request for a verification.
    handle: str = field(repr=False)
    #: Unix seconds.
    expires_at: int


def issue(
    rust: Any,
    requirement: Requirement | None,
    subject: str,
    session: str | None,
    operation: object,
    operation_json: str | None,
    now: int | None,
) -> ResumeHandle:
    issued = rust.issue_resume_handle(
        text("subject", subject),
        None if requirement is None else lower_requirement(requirement),
        text_if_any("session", session),
        to_json(operation, operation_json),
        number_if_any("now", now),
    )
    return ResumeHandle(issued.handle, issued.expires_at)


def check(
    rust: Any,
    handle: str,
    method: Method,
    subject: str,
    session: str | None,
    operation: object,
    operation_json: str | None,
    now: int | None,
) -> None:
    rust.check_resume_handle(
        text("handle", handle),
        named("method", METHODS, method),
        text("subject", subject),
        text_if_any("session", session),
        to_json(operation, operation_json),
        number_if_any("now", now),
    )
