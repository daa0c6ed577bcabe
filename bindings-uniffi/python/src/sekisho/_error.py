"""Errors, with the codes of every language."""

from __future__ import annotations

from typing import Literal, cast, get_args

from . import _rust
from ._crossing import lifts

#: A stable error code.
ErrorCode = Literal[
    "session.invalid_credentials",
    "session.verification_blocked_too_many_attempts",
    "verification_record.not_found",
    "verification_record.permission_denied",
    "verification_code.not_found",
    "verification_code.email_mismatch",
    "verification_code.phone_mismatch",
    "verification_code.expired",
    "verification_code.exceed_max_try",
    "verification_code.code_mismatch",
    "request.message_rate_limited",
    "password.rejected",
    "identifier_invalid",
    "context_invalid",
    "operation_invalid",
    "operation_not_displayable",
    "message_template_invalid",
    "password_invalid",
    "policy_invalid",
    "key_ring_malformed",
    "key_weak",
    "key_ring_full",
    "key_repeated",
    "key_none_seals",
    "key_unknown",
    "key_still_seals",
    "entropy_unusable",
    "time_invalid",
    "password_hash_invalid",
    "password_hash_too_costly",
    "pepper_unknown",
    "out_of_memory",
    "record_session_mismatch",
    "record_operation_mismatch",
    "record_method_not_allowed",
    "record_too_old",
    "record_used",
    "requirement_invalid",
    "counters_required",
    "counter_store_failed",
]

#: Every error code there is, the same in every language.
ERROR_CODES: tuple[ErrorCode, ...] = get_args(ErrorCode)


class SekishoError(Exception):
    """Why the rules refused. The message is for people, the code for programs. Neither holds input.

    Where a counter store raised something, that is the ``__cause__``.
    """

    #: Stable, the same in every language.
    code: ErrorCode
    #: Seconds after which the same call can succeed; ``None`` where waiting does not help.
    retry_after: int | None

    def __init__(self, code: ErrorCode, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[type[SekishoError], tuple[ErrorCode, str, int | None]]:
        return SekishoError, (self.code, str(self), self.retry_after)


def failure(code: ErrorCode) -> SekishoError:
    """An error of a code, with the registry's message."""
    return SekishoError(code, _rust.error_codes()[ERROR_CODES.index(code)].describe())


def _lifted(found: bytes) -> SekishoError:
    error = _as_generated(found)
    code = cast(ErrorCode, error.code())
    return SekishoError(code, error.describe(), error.retry_after)


_as_generated = lifts("SekishoError", _lifted)
