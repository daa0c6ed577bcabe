"""Operations that their user must have approved: what is asked for, and what the user reads of it."""

import json
from dataclasses import dataclass
from typing import Any

from sekisho import Method, Purpose, Requirement, render_message

from .authentication import Caller
from .body import Body
from .message import Locale
from .problem import Problem

#: What every operation here demands.
REQUIREMENT = Requirement(max_age=300, single_use=True)

#: The sentence that shows an operation of a type.
SENTENCES: dict[str, dict[Locale, str]] = {
    "transfer": {
        "en": "Transfer {amount} {currency} to {payee}",
        "ja": "{payee} に {amount} {currency} を送金",
    },
}

#: The longest operation, as JSON without needless spaces; nobody reads more.
MAX_OPERATION_BYTES = 4096


@dataclass(frozen=True)
class Approval:
    """An operation of a known type."""

    #: What records for it are bound to.
    operation_json: str
    sentences: dict[Locale, str]

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Approval":
        """It can be shown in every language there is, or it is refused."""
        type = facts.get("type")
        templates = SENTENCES.get(type) if isinstance(type, str) else None
        if templates is None:
            raise Problem.of("operation_unknown")
        text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode(errors="surrogatepass")) > MAX_OPERATION_BYTES:
            raise Problem.of("operation_too_long")
        return cls(
            text,
            {locale: render_message(template, operation_json=text) for locale, template in templates.items()},
        )


@dataclass(frozen=True)
class Asked:
    """What a request for a verification says that it is for; most are for no operation."""

    approval: Approval | None
    handle: str | None

    @classmethod
    def read(cls, body: Body) -> "Asked":
        facts, handle = body.object_if_any("operation"), body.id_if_any("resumeHandle")
        body.end()
        return cls(None if facts is None else Approval.of(facts), handle)

    @property
    def operation_json(self) -> str | None:
        return None if self.approval is None else self.approval.operation_json

    def check_handle(self, caller: Caller, method: Method) -> None:
        """Refuses to verify for another operation than the handle's, or by a method that is not enough."""
        if self.handle is None:
            return
        caller.app.verifier.check_resume_handle(
            handle=self.handle,
            method=method,
            subject=caller.token.subject,
            session=caller.token.session,
            operation_json=self.operation_json,
            now=caller.app.clock.seconds(),
        )

    def check_purpose(self, purpose: Purpose) -> None:
        """Nothing can be approved by a code that gives no permission."""
        is_named = self.approval is not None or self.handle is not None
        if is_named and purpose != "UserPermissionValidation":
            raise Problem.invalid_input(
                'Error in key path "operation": a code to an identifier of the user alone approves it.'
            )
