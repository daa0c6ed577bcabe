"""The verifier of a host that keeps no counters, and what every verifier is made of."""

from __future__ import annotations

from typing import Any, Callable, TypeVar

from . import _resume_handle as resume_handle
from . import _rust
from ._argument import instance, number_if_any, text, wrong
from ._identifier import Identifier
from ._key_ring import KeyRing
from ._native import Closable
from ._outcome import Accepted, CodeUncounted, PasswordVerified, Verified, code, password_verified
from ._password_policy import PasswordPolicy
from ._policy import Policy
from ._request import code_check, code_resend, code_send, now_and_entropy, password_check, presentation
from ._requirement import Method, Purpose, Requirement
from ._resume_handle import ResumeHandle

T = TypeVar("T")


class VerifierWithoutCounters(Closable[Any]):
    """A verifier whose host keeps no counters: see :meth:`Verifier.without_counters`."""

    def __init__(
        self,
        keys: KeyRing | str | bytes,
        *,
        policy: Policy | None = None,
        passwords: PasswordPolicy | None = None,
    ) -> None:
        """As :class:`Verifier`."""
        self._held = made(_rust.VerifierWithoutCounters, keys, policy, passwords)

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
    ) -> PasswordVerified:
        """Checks the user's password. Blocks the thread for tens of milliseconds, but not Python."""
        check = password_check(subject, password, password_hash, session, operation, operation_json)
        verified = self._rust.check_password(check, *now_and_entropy(now, entropy))
        return password_verified(verified)

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
    ) -> CodeUncounted:
        """Draws a code."""
        send = code_send(subject, to, purpose, session, operation, operation_json)
        return CodeUncounted(*code(self._rust.send_code(send, *now_and_entropy(now, entropy))))

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
    ) -> CodeUncounted:
        """The challenge's code once more: see :meth:`Verifier.resend_code`."""
        resend = code_resend(subject, to, challenge, session, operation, operation_json)
        return CodeUncounted(*code(self._rust.resend_code(resend, number_if_any("now", now))))

    def check_code(
        self,
        *,
        subject: str,
        to: Identifier,
        challenge: str,
        code: str,
        session: str | None = None,
        now: int | None = None,
    ) -> Verified:
        """Checks a code against its challenge."""
        check = code_check(subject, to, challenge, code, session)
        verified: Verified = self._rust.check_code(check, number_if_any("now", now))
        return verified

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
    ) -> Accepted:
        """Holds a record against a requirement.

        :raises SekishoError: ``counters_required`` where single use is asked for.
        """
        shown = presentation(
            subject, record, requirement, idempotency_key, session, operation, operation_json
        )
        accepted: Accepted = self._rust.present(shown, number_if_any("now", now))
        return accepted

    def revoke(self, *, subject: str, record: str, now: int | None = None) -> None:
        """Revokes nothing: without counters nobody would know.

        :raises SekishoError: ``counters_required``; ``verification_record.not_found`` for what is no
            record or challenge of this user.
        """
        token, of = text("record", record), text("subject", subject)
        self._rust.revoke(token, of, number_if_any("now", now))

    def revoke_by_link(self, *, revocation: str, now: int | None = None) -> None:
        """Revokes nothing: without counters nobody would know.

        :raises SekishoError: ``counters_required``; ``verification_record.not_found`` for what is no
            revocation.
        """
        self._rust.revoke_by_link(text("revocation", revocation), number_if_any("now", now))

    def issue_resume_handle(
        self,
        *,
        requirement: Requirement | None = None,
        subject: str,
        session: str | None = None,
        operation: object = None,
        operation_json: str | None = None,
        now: int | None = None,
    ) -> ResumeHandle:
        """See :meth:`Verifier.issue_resume_handle`."""
        return resume_handle.issue(self._rust, requirement, subject, session, operation, operation_json, now)

    def check_resume_handle(
        self,
        *,
        handle: str,
        method: Method,
        subject: str,
        session: str | None = None,
        operation: object = None,
        operation_json: str | None = None,
        now: int | None = None,
    ) -> None:
        """See :meth:`Verifier.check_resume_handle`."""
        resume_handle.check(self._rust, handle, method, subject, session, operation, operation_json, now)


def made(
    make: Callable[[_rust.KeyRing, _rust.Policy | None, _rust.PasswordPolicy | None], T],
    keys: KeyRing | str | bytes,
    policy: Policy | None,
    passwords: PasswordPolicy | None,
) -> T:
    if not isinstance(keys, (KeyRing, str, bytes)):
        raise wrong("keys", "a KeyRing, str or bytes", keys)
    ring = keys if isinstance(keys, KeyRing) else KeyRing(keys)
    return make(
        ring._rust,
        None if policy is None else instance("policy", policy, Policy)._lower(),
        None if passwords is None else instance("passwords", passwords, PasswordPolicy)._rust,
    )
