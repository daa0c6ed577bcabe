"""What flows come to."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from . import _rust
from ._counters import CounterStore
from ._crossing import lifts
from ._flow import Flow, drive
from ._native import Owner
from ._requirement import METHOD_NAMES, PURPOSE_NAMES, Method, Purpose

#: Whether attempts and uses were counted.
Limits = Literal["counted", "not_counted"]

LIMITS: dict[_rust.Limits, Limits] = {
    _rust.Limits.COUNTED: "counted",
    _rust.Limits.NOT_COUNTED: "not_counted",
}

# By what crosses over for them, which counts from 1 in the order of Rust's.
_LIMITS = dict(enumerate((LIMITS[limits] for limits in _rust.Limits), 1))
_METHODS = dict(enumerate((METHOD_NAMES[method] for method in _rust.Method), 1))
_PURPOSES = dict(enumerate((PURPOSE_NAMES[purpose] for purpose in _rust.Purpose), 1))

_VERIFIED = struct.Struct(">qi").unpack_from
_ACCEPTED = struct.Struct(">iiqq?i").unpack_from
_new, _set = object.__new__, object.__setattr__


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
    #: For the link "this was not me" in the message: :meth:`Verifier.revoke_by_link` takes it, and it is
    #: good for nothing else. Put it into the fragment of a page's address, and revoke when the user says
    #: so: mail scanners open every link.
    revocation: str = field(repr=False)
    #: What the record will be good for; it names the message's template.
    purpose: Purpose
    limits: Limits


class _Cancellable(Owner):
    """What cancels a send is no field: who visits or replaces those has nothing of Rust's in hand."""

    _cancellation: ClassVar[_rust.SendCancellation | None] = None

    def _cancelled(self) -> Flow[None]:
        if self._cancellation is None:
            raise ValueError(f"this {type(self).__name__} is of no send: there is nothing to cancel")
        return Flow(self._cancellation.cancel(), as_it_is)


@dataclass(frozen=True)
class CodeSent(_Code, _Cancellable):
    """A code to hand to the mail or SMS provider now."""

    _counters: ClassVar[CounterStore]

    async def cancel(self) -> None:
        """Gives the send back to the recipient's budget, once, where the provider did not take the
        message.

        :raises SekishoError: ``counter_store_failed``.
        """
        await drive(self._cancelled(), self._counters)


@dataclass(frozen=True)
class CodeDrawn(_Code, _Cancellable):
    """The same in the step form."""

    def cancel(self) -> Flow[None]:
        """Gives the send back, once."""
        return self._cancelled()


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


# A frozen dataclass's own `__init__` sets field by field, which takes longer than all of this. The text
# stands first, after its length.


def _verified(found: bytes) -> Verified:
    end = 4 + int.from_bytes(found[:4], "big")
    expires_at, limits = _VERIFIED(found, end)
    fields = {"record": found[4:end].decode(), "expires_at": expires_at, "limits": _LIMITS[limits]}
    verified = _new(Verified)
    _set(verified, "__dict__", fields)
    return verified


def _accepted(found: bytes) -> Accepted:
    end = 4 + int.from_bytes(found[:4], "big")
    method, purpose, issued_at, expires_at, repeated, limits = _ACCEPTED(found, end)
    fields = {
        "id": found[4:end].decode(),
        "method": _METHODS[method],
        "purpose": _PURPOSES[purpose],
        "issued_at": issued_at,
        "expires_at": expires_at,
        "repeated": repeated,
        "limits": _LIMITS[limits],
    }
    accepted = _new(Accepted)
    _set(accepted, "__dict__", fields)
    return accepted


lifts("Verified", _verified)
lifts("Accepted", _accepted)


def as_it_is(outcome: Any) -> Any:
    """Where UniFFI's code returns what is public already, whatever it says that it returns."""
    return outcome


def password_verified(verified: _rust.PasswordVerified) -> PasswordVerified:
    limits = LIMITS[verified.limits]
    return PasswordVerified(verified.record, verified.expires_at, limits, verified.needs_rehash)


def code_sent(sent: _rust.CodeSent, counters: CounterStore) -> CodeSent:
    made = CodeSent(*code(sent))
    vars(made).update(_cancellation=sent.cancellation, _counters=counters)
    return made


def code_drawn(sent: _rust.CodeSent) -> CodeDrawn:
    drawn = CodeDrawn(*code(sent))
    vars(drawn).update(_cancellation=sent.cancellation)
    return drawn


def code(sent: _rust.CodeSent) -> tuple[str, int, str, str, Purpose, Limits]:
    purpose, limits = PURPOSE_NAMES[sent.purpose], LIMITS[sent.limits]
    return sent.challenge, sent.expires_at, sent.code, sent.revocation, purpose, limits
