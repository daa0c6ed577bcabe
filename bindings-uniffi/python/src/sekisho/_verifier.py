"""The verifier, which starts every flow."""

from __future__ import annotations

from . import _resume_handle as resume_handle
from . import _rust
from ._argument import number_if_any, text
from ._counters import CounterStore
from ._flow import Flow, drive, resumed_in_thread
from ._identifier import Identifier
from ._key_ring import KeyRing
from ._native import Closable
from ._outcome import Accepted, CodeSent, PasswordVerified, Verified, as_it_is, code_sent, password_verified
from ._password_policy import PasswordPolicy
from ._policy import Policy
from ._request import code_check, code_resend, code_send, now_and_entropy, password_check, presentation
from ._requirement import Method, Purpose, Requirement
from ._resume_handle import ResumeHandle
from ._steps import Steps
from ._verifier_without_counters import VerifierWithoutCounters, made


class Verifier(Closable[_rust.Verifier]):
    """Starts every flow and drives it over your counters, on an ``asyncio`` event loop.

    What all calls have in common: ``subject`` is the signed-in user, by your own stable id of 1 to 256
    bytes; ``session`` the session of the request, if records shall be bound to it; ``operation`` what
    is to be approved, data of any shape that JSON has (``operation_json`` is the same as text): any
    change of it is another operation. ``now`` are Unix seconds, the system's clock if not given, and
    ``entropy`` are 32 bytes in place of the platform's randomness, for tests.
    """

    def __init__(
        self,
        keys: KeyRing | str | bytes,
        *,
        policy: Policy | None = None,
        passwords: PasswordPolicy | None = None,
    ) -> None:
        """
        :param keys: the ring, or its text.
        :param policy: what shall differ from the defaults.
        :param passwords: how passwords are hashed; Argon2id at OWASP's minimum by default.
        :raises SekishoError: ``policy_invalid`` where a value of the policy is out of its bounds.
        """
        self._held = made(_rust.Verifier, keys, policy, passwords)

    @staticmethod
    def without_counters(
        keys: KeyRing | str | bytes,
        *,
        policy: Policy | None = None,
        passwords: PasswordPolicy | None = None,
    ) -> VerifierWithoutCounters:
        """A verifier for a host that has no counter store: attempts are not limited, a code works
        until it expires, and records are not used up. Every outcome says so. Only for what an
        attacker gains nothing by trying a million times.
        """
        return VerifierWithoutCounters(keys, policy=policy, passwords=passwords)

    @property
    def steps(self) -> Steps:
        """The same flows in single steps."""
        return Steps(self._rust)

    async def check_password(
        self,
        *,
        counters: CounterStore,
        subject: str,
        password: str,
        password_hash: str | None,
        session: str | None = None,
        operation: object = None,
        operation_json: str | None = None,
        now: int | None = None,
        entropy: bytes | None = None,
    ) -> PasswordVerified:
        """Checks the user's password. Argon2 takes tens of milliseconds of a thread of the event
        loop's pool; the loop goes on meanwhile.

        :param password: the password as typed.
        :param password_hash: the user's stored hash; without one the answer is that of a wrong
            password.
        :raises SekishoError: ``session.invalid_credentials``,
            ``session.verification_blocked_too_many_attempts``, ``counter_store_failed``.
        """
        check = password_check(subject, password, password_hash, session, operation, operation_json)
        flow = self._rust.check_password(check, *now_and_entropy(now, entropy))
        return await drive(Flow(flow, password_verified), counters, resumed_in_thread)

    async def send_code(
        self,
        *,
        counters: CounterStore,
        subject: str,
        to: Identifier,
        purpose: Purpose | None = None,
        session: str | None = None,
        operation: object = None,
        operation_json: str | None = None,
        now: int | None = None,
        entropy: bytes | None = None,
    ) -> CodeSent:
        """Draws a code. Send it, then answer with the challenge; if it cannot be sent, ``cancel`` it.

        :param to: where the code goes.
        :param purpose: what the record will be good for: see :func:`purpose_of_code`. A permission if
            not given.
        :raises SekishoError: ``request.message_rate_limited``, ``counter_store_failed``.
        """
        send = code_send(subject, to, purpose, session, operation, operation_json)
        flow = self._rust.send_code(send, *now_and_entropy(now, entropy))
        return await drive(Flow(flow, lambda sent: code_sent(sent, counters)), counters)

    async def resend_code(
        self,
        *,
        counters: CounterStore,
        subject: str,
        to: Identifier,
        challenge: str,
        session: str | None = None,
        operation: object = None,
        operation_json: str | None = None,
        now: int | None = None,
    ) -> CodeSent:
        """The challenge's code once more, under the same token, to the same end and within the same
        budgets, so that it does not matter which message is read. Send it; if it cannot be sent,
        ``cancel`` it.

        :param to: where the first message went.
        :param challenge: the challenge of the send.
        :param operation: that of the send, if it had one: the message tells of it again.
        :raises SekishoError: ``verification_record.not_found`` for what is no challenge of this user and
            session, or was made under another policy of codes; ``verification_code.email_mismatch`` or
            ``phone_mismatch`` for another recipient, ``record_operation_mismatch``,
            ``verification_code.expired``, ``verification_code.not_found`` for a code that was used or
            revoked, ``request.message_rate_limited``, also within 30 seconds of the message before,
            ``counter_store_failed``.
        """
        resend = code_resend(subject, to, challenge, session, operation, operation_json)
        flow = self._rust.resend_code(resend, number_if_any("now", now))
        return await drive(Flow(flow, lambda sent: code_sent(sent, counters)), counters)

    async def check_code(
        self,
        *,
        counters: CounterStore,
        subject: str,
        to: Identifier,
        challenge: str,
        code: str,
        session: str | None = None,
        now: int | None = None,
    ) -> Verified:
        """Checks a code against its challenge.

        :param to: where the client says the code was sent.
        :param challenge: the challenge of the send.
        :param code: the code as typed.
        :raises SekishoError: ``verification_record.not_found``, ``verification_code.*``,
            ``session.verification_blocked_too_many_attempts``, ``counter_store_failed``.
        """
        check = code_check(subject, to, challenge, code, session)
        flow = self._rust.check_code(check, number_if_any("now", now))
        return await drive(Flow(flow, as_it_is), counters)

    async def present(
        self,
        *,
        counters: CounterStore,
        subject: str,
        record: str,
        requirement: Requirement | None = None,
        idempotency_key: str | None = None,
        session: str | None = None,
        operation: object = None,
        operation_json: str | None = None,
        now: int | None = None,
    ) -> Accepted:
        """Holds a record against a requirement and, for single use, uses it up. One that was revoked is
        not accepted.

        :param record: the record, or a challenge whose code was used.
        :param requirement: what the operation demands; a permission by any method if not given.
        :param idempotency_key: for single use: names this one request, so that repeating it is the
            same use.
        :raises SekishoError: ``verification_record.not_found``, ``record_*``,
            ``counter_store_failed``.
        """
        shown = presentation(
            subject, record, requirement, idempotency_key, session, operation, operation_json
        )
        flow = self._rust.present(shown, number_if_any("now", now))
        return await drive(Flow(flow, as_it_is), counters)

    async def revoke(
        self, *, counters: CounterStore, subject: str, record: str, now: int | None = None
    ) -> None:
        """Revokes a record or a challenge of the user's, in whichever session it was made: its code is
        no longer right, and nothing accepts the record. Revoking again changes nothing.

        :param record: the record, or a challenge.
        :raises SekishoError: ``verification_record.not_found`` for what is none of this user,
            ``counter_store_failed``.
        """
        await drive(self.steps.revoke(subject=subject, record=record, now=now), counters)

    async def revoke_by_link(
        self, *, counters: CounterStore, revocation: str, now: int | None = None
    ) -> None:
        """Revokes the challenge of a message that the user did not ask for, by what the message's link
        carries. Nobody needs to be signed in.

        :param revocation: that of the send.
        :raises SekishoError: ``verification_record.not_found`` for anything else, and after the record's
            end; ``counter_store_failed``.
        """
        await drive(self.steps.revoke_by_link(revocation=revocation, now=now), counters)

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
        """What a client needs to go on with an operation that was refused for want of a verification: it
        sends the handle with its request for one. It lives as long as a record, and allows nothing.

        :param requirement: what the operation demands; only its methods are kept.
        :raises SekishoError: ``key_none_seals``, and ``requirement_invalid`` for what is no requirement.
        """
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
        """Whether a verification by this method is what the handle's operation was refused for.

        :param handle: as the client sent it.
        :param method: how the user is about to verify.
        :raises SekishoError: where it is not: ``verification_record.not_found`` for what is no handle of
            this user or has expired, ``record_session_mismatch``, ``record_operation_mismatch``,
            ``record_method_not_allowed``.
        """
        resume_handle.check(self._rust, handle, method, subject, session, operation, operation_json, now)

    async def unblock(self, *, counters: CounterStore, subject: str) -> None:
        """Ends a user's block and forgets their failures: an operator's act."""
        await drive(Flow(self._rust.unblock(text("subject", subject)), as_it_is), counters)
