"""The flows in their single steps."""

from __future__ import annotations

from typing import Any

from ._argument import number_if_any, text
from ._flow import Flow
from ._identifier import Identifier
from ._native import Owner
from ._outcome import Accepted, CodeDrawn, PasswordVerified, Verified, as_it_is, code_drawn, password_verified
from ._request import code_check, code_resend, code_send, now_and_entropy, password_check, presentation
from ._requirement import Purpose, Requirement


class Steps(Owner):
    """The flows in their single steps, for who batches additions or has a store of another shape."""

    def __init__(self, steps: Any) -> None:
        self._rust = steps

    def check_password(
        self,
        *,
        subject: str,
        password: str,
        password_hash: str | None,
        session: str | None = None,
        operation: object = None,
        operation_json: str | None = None,
        now: int | None = None,
        entropy: bytes | None = None,
    ) -> Flow[PasswordVerified]:
        """See :meth:`Verifier.check_password`."""
        check = password_check(subject, password, password_hash, session, operation, operation_json)
        return Flow(self._rust.check_password(check, *now_and_entropy(now, entropy)), password_verified)

    def send_code(
        self,
        *,
        subject: str,
        to: Identifier,
        purpose: Purpose | None = None,
        session: str | None = None,
        operation: object = None,
        operation_json: str | None = None,
        now: int | None = None,
        entropy: bytes | None = None,
    ) -> Flow[CodeDrawn]:
        """See :meth:`Verifier.send_code`."""
        send = code_send(subject, to, purpose, session, operation, operation_json)
        return Flow(self._rust.send_code(send, *now_and_entropy(now, entropy)), code_drawn)

    def resend_code(
        self,
        *,
        subject: str,
        to: Identifier,
        challenge: str,
        session: str | None = None,
        operation: object = None,
        operation_json: str | None = None,
        now: int | None = None,
    ) -> Flow[CodeDrawn]:
        """See :meth:`Verifier.resend_code`."""
        resend = code_resend(subject, to, challenge, session, operation, operation_json)
        return Flow(self._rust.resend_code(resend, number_if_any("now", now)), code_drawn)

    def check_code(
        self,
        *,
        subject: str,
        to: Identifier,
        challenge: str,
        code: str,
        session: str | None = None,
        now: int | None = None,
    ) -> Flow[Verified]:
        """See :meth:`Verifier.check_code`."""
        check = code_check(subject, to, challenge, code, session)
        return Flow(self._rust.check_code(check, number_if_any("now", now)), as_it_is)

    def present(
        self,
        *,
        subject: str,
        record: str,
        requirement: Requirement | None = None,
        idempotency_key: str | None = None,
        session: str | None = None,
        operation: object = None,
        operation_json: str | None = None,
        now: int | None = None,
    ) -> Flow[Accepted]:
        """See :meth:`Verifier.present`."""
        shown = presentation(
            subject, record, requirement, idempotency_key, session, operation, operation_json
        )
        return Flow(self._rust.present(shown, number_if_any("now", now)), as_it_is)

    def revoke(self, *, subject: str, record: str, now: int | None = None) -> Flow[None]:
        """See :meth:`Verifier.revoke`."""
        token, of = text("record", record), text("subject", subject)
        return Flow(self._rust.revoke(token, of, number_if_any("now", now)), as_it_is)

    def revoke_by_link(self, *, revocation: str, now: int | None = None) -> Flow[None]:
        """See :meth:`Verifier.revoke_by_link`."""
        link = text("revocation", revocation)
        return Flow(self._rust.revoke_by_link(link, number_if_any("now", now)), as_it_is)

    def unblock(self, *, subject: str) -> Flow[None]:
        """See :meth:`Verifier.unblock`."""
        return Flow(self._rust.unblock(text("subject", subject)), as_it_is)
