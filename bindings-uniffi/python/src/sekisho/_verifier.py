"""The verifier, which starts every flow."""

from __future__ import annotations

from typing import Any, Callable, TypeVar

from . import _rust
from ._argument import number_if_any, text
from ._counters import CounterStore
from ._flow import Flow, drive, resumed_in_thread
from ._identifier import Identifier
from ._key_ring import KeyRing
from ._native import Closable
from ._outcome import (
    Accepted,
    CodeDrawn,
    CodeSent,
    CodeUncounted,
    PasswordVerified,
    Verified,
    as_it_is,
    code,
    password_verified,
)
from ._password_policy import PasswordPolicy
from ._policy import Policy
from ._request import code_check, code_send, now_and_entropy, password_check, presentation
from ._requirement import Purpose, Requirement

T = TypeVar("T")


class Steps:
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
        return Flow(
            self._rust.send_code(send, *now_and_entropy(now, entropy)),
            lambda sent: CodeDrawn(*code(sent), sent.cancellation),
        )

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

    def unblock(self, *, subject: str) -> Flow[None]:
        """See :meth:`Verifier.unblock`."""
        return Flow(self._rust.unblock(text("subject", subject)), as_it_is)


class Verifier(Closable[_rust.Steps]):
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
        self._held = _made(_rust.Verifier, keys, policy, passwords).steps()

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
        return await drive(
            Flow(flow, lambda sent: CodeSent(*code(sent), sent.cancellation, counters)), counters
        )

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
        """Holds a record against a requirement and, for single use, uses it up.

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

    async def unblock(self, *, counters: CounterStore, subject: str) -> None:
        """Ends a user's block and forgets their failures: an operator's act."""
        await drive(Flow(self._rust.unblock(text("subject", subject)), as_it_is), counters)


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
        self._held = _made(_rust.VerifierWithoutCounters, keys, policy, passwords)

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


def _made(
    make: Callable[[_rust.KeyRing, _rust.Policy | None, _rust.PasswordPolicy | None], T],
    keys: KeyRing | str | bytes,
    policy: Policy | None,
    passwords: PasswordPolicy | None,
) -> T:
    ring = keys if isinstance(keys, KeyRing) else KeyRing(keys)
    return make(
        ring._rust,
        None if policy is None else policy._lower(),
        None if passwords is None else passwords._rust,
    )
