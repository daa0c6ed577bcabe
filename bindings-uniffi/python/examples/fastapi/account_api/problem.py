"""Problems: answers that are no success, and how every error becomes one."""

import logging
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import ValidationError

from sekisho import PasswordRejection, SekishoError, to_challenge

from .answer import JSON
from .refusal import REFUSALS

log = logging.getLogger(__name__)

#: Seconds after which to come back where a store does not answer.
RETRY_SOON = 1


class Problem(Exception):
    """An answer that is not a success, raised to where it is given."""

    def __init__(
        self,
        status: int,
        code: str | None,
        message: str,
        *,
        data: Any = None,
        details: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        body = {"code": code, "message": message, "data": data, "details": details}
        self.body = {name: value for name, value in body.items() if value is not None}
        self.headers = {**self._authenticate(code), **(headers or {})}

    @classmethod
    def of(cls, refusal: str, **more: Any) -> "Problem":
        return cls(*REFUSALS[refusal], **more)

    @classmethod
    def invalid_input(cls, details: str) -> "Problem":
        """Input that cannot be understood; ``details`` names each field."""
        return cls(400, "guard.invalid_input", "The request is not valid.", details=details)

    @classmethod
    def unavailable(cls, cause: BaseException) -> "Problem":
        """The service cannot decide now, so it refuses. The cause is for the log."""
        log.error("the service is not available, so the request is refused: %r", cause)
        message = "The service is not available now. Try again soon."
        return cls(503, "service.unavailable", message, headers={"Retry-After": str(RETRY_SOON)})

    @classmethod
    def permission_denied(cls) -> "Problem":
        """The operation needs a record; the challenge tells the client how to get one (RFC 9470)."""
        message = "This needs a fresh verification of who you are."
        headers = {"WWW-Authenticate": to_challenge()}
        return cls(401, "verification_record.permission_denied", message, headers=headers)

    @classmethod
    def password_rejected(cls, reasons: list[PasswordRejection]) -> "Problem":
        """A new password that is not acceptable, with every reason."""
        message = "The new password is not acceptable. Choose another one."
        return cls(422, "password.rejected", message, data=[{"code": code} for code in reasons])

    @classmethod
    def record_not_found(cls) -> "Problem":
        """A record that does not prove what it was shown for."""
        message = "This verification is not known or has expired. Start a new one."
        return cls(400, "verification_record.not_found", message)

    @classmethod
    def of_exception(cls, raised: Exception) -> "Problem":
        """Whatever was raised. What nobody foresaw is a failure of ours, and its cause is for the log."""
        if isinstance(raised, Problem):
            return raised
        if isinstance(raised, SekishoError):
            return cls._of_rules(raised)
        if isinstance(raised, ValidationError):
            return cls.invalid_input(str(raised))
        log.error("a request broke down", exc_info=raised)
        return cls(500, None, "Internal server error.")

    @classmethod
    def _of_rules(cls, error: SekishoError) -> "Problem":
        status = STATUS.get(error.code)
        if status is not None:
            wait = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
            return cls(status, error.code, str(error), headers=wait)
        if error.code in ("identifier_invalid", "password_invalid"):
            return cls.invalid_input(str(error))
        if error.code == "context_invalid":
            # User and session are what the access token says.
            return cls.of("unauthorized")
        if error.code in ("counter_store_failed", "out_of_memory"):
            return cls.unavailable(error.__cause__ or error)
        return cls.of_exception(RuntimeError(f"{error.code}: {error}"))

    def to_response(self) -> JSONResponse:
        return JSONResponse(self.body, self.status, {**JSON, **self.headers})

    def _authenticate(self, code: str | None) -> dict[str, str]:
        """Every 401 says what to authenticate with (RFC 9110 §15.5.2)."""
        if self.status != 401:
            return {}
        is_invalid = code == "auth.unauthorized"
        return {"WWW-Authenticate": 'Bearer error="invalid_token"' if is_invalid else "Bearer"}


#: The statuses of errors that are the client's to know; the others are the operator's.
STATUS = {
    "session.invalid_credentials": 422,
    "session.verification_blocked_too_many_attempts": 400,
    "verification_record.not_found": 400,
    "verification_code.not_found": 400,
    "verification_code.email_mismatch": 400,
    "verification_code.phone_mismatch": 400,
    "verification_code.expired": 400,
    "verification_code.exceed_max_try": 400,
    "verification_code.code_mismatch": 400,
    "request.message_rate_limited": 429,
    "record_session_mismatch": 400,
    "record_operation_mismatch": 400,
    "record_method_not_allowed": 400,
    "operation_invalid": 400,
    "operation_not_displayable": 400,
}
