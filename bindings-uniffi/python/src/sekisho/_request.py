"""What flows begin with. A code check and a presentation are made as they cross over."""

from __future__ import annotations

from typing import Any

from . import _rust
from ._argument import bytes_if_any, number_if_any, text, text_if_any, written, written_if_any
from ._crossing import calls_with_bytes
from ._identifier import Identifier, lower_identifier, written_identifier
from ._operation import to_json
from ._requirement import Purpose, Requirement, lower_purpose, written_requirement

calls_with_bytes(_rust.Verifier, "check_code", "CodeCheckFlow")
calls_with_bytes(_rust.Verifier, "present", "PresentationFlow")
calls_with_bytes(_rust.VerifierWithoutCounters, "check_code", "Verified")
calls_with_bytes(_rust.VerifierWithoutCounters, "present", "Accepted")


def password_check(
    subject: str,
    password: str,
    password_hash: str | None,
    session: str | None,
    operation: object,
    operation_json: str | None,
) -> _rust.PasswordCheck:
    return _rust.PasswordCheck(
        subject=text("subject", subject),
        password=text("password", password),
        password_hash=text_if_any("password_hash", password_hash),
        session=text_if_any("session", session),
        operation_json=to_json(operation, operation_json),
    )


def code_send(
    subject: str,
    to: Identifier,
    purpose: Purpose | None,
    session: str | None,
    operation: object,
    operation_json: str | None,
) -> _rust.CodeSend:
    return _rust.CodeSend(
        subject=text("subject", subject),
        to=lower_identifier("to", to),
        purpose=lower_purpose("purpose", purpose),
        session=text_if_any("session", session),
        operation_json=to_json(operation, operation_json),
    )


def code_resend(
    subject: str,
    to: Identifier,
    challenge: str,
    session: str | None,
    operation: object,
    operation_json: str | None,
) -> _rust.CodeResend:
    return _rust.CodeResend(
        subject=text("subject", subject),
        to=lower_identifier("to", to),
        challenge=text("challenge", challenge),
        session=text_if_any("session", session),
        operation_json=to_json(operation, operation_json),
    )


def code_check(subject: str, to: Identifier, challenge: str, code: str, session: str | None) -> Any:
    return b"".join(
        (
            written("subject", subject),
            written_identifier("to", to),
            written("challenge", challenge),
            written("code", code),
            written_if_any("session", session),
        )
    )


def presentation(
    subject: str,
    record: str,
    requirement: Requirement | None,
    idempotency_key: str | None,
    session: str | None,
    operation: object,
    operation_json: str | None,
) -> Any:
    return b"".join(
        (
            written("subject", subject),
            written("record", record),
            written_requirement(requirement),
            written_if_any("idempotency_key", idempotency_key),
            written_if_any("session", session),
            written_if_any("operation_json", to_json(operation, operation_json)),
        )
    )


def now_and_entropy(now: int | None, entropy: bytes | None) -> tuple[int | None, bytes | None]:
    return number_if_any("now", now), bytes_if_any("entropy", entropy)
