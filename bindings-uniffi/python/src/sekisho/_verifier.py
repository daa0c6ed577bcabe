"""The verifier, which starts every flow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Literal, TypeVar

from . import _rust
from ._argument import bytes_if_any, number_if_any, text, text_if_any
from ._counters import CounterStore
from ._error import refusals
from ._flow import Flow, Threads, drive
from ._identifier import Identifier
from ._key_ring import KeyRing
from ._native import Closable
from ._operation import to_json
from ._password_policy import PasswordPolicy
from ._policy import Policy
from ._requirement import (
    METHOD_NAMES,
    PURPOSE_NAMES,
    Method,
    Purpose,
    Requirement,
    lower_purpose,
)

T = TypeVar("T")

#: Whether attempts and uses were counted.
Limits = Literal["counted", "not_counted"]

_LIMITS: dict[_rust.Limits, Limits] = {
    _rust.Limits.COUNTED: "counted",
    _rust.Limits.NOT_COUNTED: "not_counted",
}


@dataclass(frozen=True)
class Verified:
    """The user has proved who they are."""

    #: The verification record's token. Whoever holds it and is signed in as the user may use it.
    record: str = field(repr=False)
    #: Unix seconds.
    expires_at: int
    limits: Limits


@dataclass(frozen=True)
class PasswordVerified(Verified):
    """The user has proved who they are by their password."""

    #: The stored hash is of an older form: replace it by a new one of the same password.
    needs_rehash: bool


@dataclass(frozen=True)
class _Code:
    """A code that was drawn."""

    #: The challenge's token, for the client; it comes back with the code.
    challenge: str = field(repr=False)
    #: Unix seconds.
    expires_at: int
    #: The code, for the message and for nothing else.
    code: str = field(repr=False)
    limits: Limits


@dataclass(frozen=True)
class CodeSent(_Code):
    """A code to hand to the mail or SMS provider now."""

    _cancellation: _rust.SendCancellation = field(repr=False, compare=False)
    _counters: CounterStore = field(repr=False, compare=False)

    async def cancel(self) -> None:
        """Gives the send back to the recipient's budget, once, where the provider did not take the
        message.

        :raises SekishoError: ``counter_store_failed``.
        """
        await drive(self._cancellation.cancel, self._counters, _nothing)


@dataclass(frozen=True)
class CodeDrawn(_Code):
    """The same in the step form."""

    _cancellation: _rust.SendCancellation = field(repr=False, compare=False)

    def cancel(self) -> Flow[None]:
        """Gives the send back, once."""
        return Flow(self._cancellation.start(), _nothing)


@dataclass(frozen=True)
class CodeUncounted(_Code):
    """A code that nobody counts."""


@dataclass(frozen=True)
class Accepted:
    """The record meets the requirement."""

    #: The record's id, 32 hexadecimal digits.
    id: str
    method: Method
    purpose: Purpose
    #: Unix seconds.
    issued_at: int
    #: Unix seconds.
    expires_at: int
    #: The same use as before, by its idempotency key: answer what was answered then.
    repeated: bool
    limits: Limits


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
        check = _password_check(subject, password, password_hash, session, operation, operation_json)
        with refusals():
            flow = self._rust.check_password(check, *_now_and_entropy(now, entropy))
        return Flow(flow, _password_verified)

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
        send = _code_send(subject, to, purpose, session, operation, operation_json)
        with refusals():
            flow = self._rust.send_code(send, *_now_and_entropy(now, entropy))
        return Flow(flow, lambda sent: CodeDrawn(*_code(sent), sent.cancellation))

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
        check = _code_check(subject, to, challenge, code, session)
        with refusals():
            flow = self._rust.check_code(check, number_if_any("now", now))
        return Flow(flow, _verified)

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
        shown = _presentation(
            subject, record, requirement, idempotency_key, session, operation, operation_json
        )
        with refusals():
            flow = self._rust.present(shown, number_if_any("now", now))
        return Flow(flow, _accepted)

    def unblock(self, *, subject: str) -> Flow[None]:
        """See :meth:`Verifier.unblock`."""
        with refusals():
            flow = self._rust.unblock(text("subject", subject))
        return Flow(flow, _nothing)


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
        self._held = _made(_rust.Verifier, keys, policy, passwords)

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
        return Steps(self._rust.steps())

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
        check = _password_check(subject, password, password_hash, session, operation, operation_json)
        options = _now_and_entropy(now, entropy)
        verify = self._rust.check_password
        return await drive(
            lambda store: verify(check, store, Threads(), *options), counters, _password_verified
        )

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
        send = _code_send(subject, to, purpose, session, operation, operation_json)
        options = _now_and_entropy(now, entropy)
        begin = self._rust.send_code
        return await drive(
            lambda store: begin(send, store, *options),
            counters,
            lambda sent: CodeSent(*_code(sent), sent.cancellation, counters),
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
        check = _code_check(subject, to, challenge, code, session)
        time = number_if_any("now", now)
        verify = self._rust.check_code
        return await drive(lambda store: verify(check, store, time), counters, _verified)

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
        shown = _presentation(
            subject, record, requirement, idempotency_key, session, operation, operation_json
        )
        time = number_if_any("now", now)
        hold = self._rust.present
        return await drive(lambda store: hold(shown, store, time), counters, _accepted)

    async def unblock(self, *, counters: CounterStore, subject: str) -> None:
        """Ends a user's block and forgets their failures: an operator's act."""
        name, unblock = text("subject", subject), self._rust.unblock
        await drive(lambda store: unblock(name, store), counters, _nothing)


class VerifierWithoutCounters(Closable[_rust.VerifierWithoutCounters]):
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
        check = _password_check(subject, password, password_hash, session, operation, operation_json)
        with refusals():
            verified = self._rust.check_password(check, *_now_and_entropy(now, entropy))
        return _password_verified(verified)

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
        send = _code_send(subject, to, purpose, session, operation, operation_json)
        with refusals():
            return CodeUncounted(*_code(self._rust.send_code(send, *_now_and_entropy(now, entropy))))

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
        check = _code_check(subject, to, challenge, code, session)
        with refusals():
            return _verified(self._rust.check_code(check, number_if_any("now", now)))

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
        shown = _presentation(
            subject, record, requirement, idempotency_key, session, operation, operation_json
        )
        with refusals():
            return _accepted(self._rust.present(shown, number_if_any("now", now)))


def _made(
    make: Callable[[_rust.KeyRing, _rust.Policy | None, _rust.PasswordPolicy | None], T],
    keys: KeyRing | str | bytes,
    policy: Policy | None,
    passwords: PasswordPolicy | None,
) -> T:
    ring = keys if isinstance(keys, KeyRing) else KeyRing(keys)
    with refusals():
        return make(
            ring._rust,
            None if policy is None else policy._lower(),
            None if passwords is None else passwords._rust,
        )


def _password_check(
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


def _code_send(
    subject: str,
    to: Identifier,
    purpose: Purpose | None,
    session: str | None,
    operation: object,
    operation_json: str | None,
) -> _rust.CodeSend:
    return _rust.CodeSend(
        subject=text("subject", subject),
        to=to._lower(),
        purpose=lower_purpose(purpose),
        session=text_if_any("session", session),
        operation_json=to_json(operation, operation_json),
    )


def _code_check(
    subject: str, to: Identifier, challenge: str, code: str, session: str | None
) -> _rust.CodeCheck:
    return _rust.CodeCheck(
        subject=text("subject", subject),
        to=to._lower(),
        challenge=text("challenge", challenge),
        code=text("code", code),
        session=text_if_any("session", session),
    )


def _presentation(
    subject: str,
    record: str,
    requirement: Requirement | None,
    idempotency_key: str | None,
    session: str | None,
    operation: object,
    operation_json: str | None,
) -> _rust.Presentation:
    return _rust.Presentation(
        subject=text("subject", subject),
        record=text("record", record),
        requirement=None if requirement is None else requirement._lower(),
        idempotency_key=text_if_any("idempotency_key", idempotency_key),
        session=text_if_any("session", session),
        operation_json=to_json(operation, operation_json),
    )


def _now_and_entropy(now: int | None, entropy: bytes | None) -> tuple[int | None, bytes | None]:
    return number_if_any("now", now), bytes_if_any("entropy", entropy)


def _verified(verified: _rust.Verified) -> Verified:
    return Verified(verified.record, verified.expires_at, _LIMITS[verified.limits])


def _password_verified(verified: _rust.PasswordVerified) -> PasswordVerified:
    limits = _LIMITS[verified.limits]
    return PasswordVerified(verified.record, verified.expires_at, limits, verified.needs_rehash)


def _code(sent: _rust.CodeSent) -> tuple[str, int, str, Limits]:
    return sent.challenge, sent.expires_at, sent.code, _LIMITS[sent.limits]


def _accepted(accepted: _rust.Accepted) -> Accepted:
    return Accepted(
        accepted.id,
        METHOD_NAMES[accepted.method],
        PURPOSE_NAMES[accepted.purpose],
        accepted.issued_at,
        accepted.expires_at,
        accepted.repeated,
        _LIMITS[accepted.limits],
    )


def _nothing(_: None) -> None:
    return None
