"""The rules' numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from . import _rust
from ._argument import instance, number_if_any

_ALPHABETS = {"digits": _rust.Alphabet.DIGITS, "base32": _rust.Alphabet.BASE32}


@dataclass(frozen=True)
class CodePolicy:
    """How codes are made and how long they live."""

    #: Characters in a code, 4 to 10; 6 by default.
    length: int | None = None
    #: ``base32`` is Crockford's.
    alphabet: Literal["digits", "base32"] = "digits"
    #: Seconds a code is good, 60 to 3600; 600 by default.
    lifetime: int | None = None
    #: Wrong codes for one challenge, 1 to 100; 10 by default.
    max_tries: int | None = None

    def _lower(self) -> _rust.CodePolicy:
        if self.alphabet not in _ALPHABETS:
            raise TypeError(f"alphabet must be digits or base32, not {self.alphabet!r}")
        return _rust.CodePolicy(
            length=number_if_any("code.length", self.length, 32),
            alphabet=_ALPHABETS[self.alphabet],
            lifetime=number_if_any("code.lifetime", self.lifetime),
            max_tries=number_if_any("code.max_tries", self.max_tries, 32),
        )


@dataclass(frozen=True)
class FailurePolicy:
    """When a user is blocked: failures of passwords and codes together."""

    #: The failure that blocks, 1 to 10000; the 100th by default.
    limit: int | None = None
    #: Within how many seconds, 60 to 86400; 3600 by default.
    window: int | None = None
    #: Seconds a block lasts, 60 to 2592000; 3600 by default.
    block: int | None = None
    #: Failures after which a session verifies no more for a day, whatever its user has left: 1 to
    #: 10000; 0, the default, for no such limit. Only for requests that name their session.
    session_limit: int | None = None

    def _lower(self) -> _rust.FailurePolicy:
        return _rust.FailurePolicy(
            limit=number_if_any("failures.limit", self.limit, 32),
            window=number_if_any("failures.window", self.window),
            block=number_if_any("failures.block", self.block),
            session_limit=number_if_any("failures.session_limit", self.session_limit, 32),
        )


@dataclass(frozen=True)
class SendPolicy:
    """How many messages one recipient gets."""

    #: Messages in one window, 1 to 10000; 10 by default.
    limit: int | None = None
    #: Seconds from the first message, 1 to 86400; 600 by default.
    window: int | None = None

    def _lower(self) -> _rust.SendPolicy:
        return _rust.SendPolicy(
            limit=number_if_any("sends.limit", self.limit, 32),
            window=number_if_any("sends.window", self.window),
        )


@dataclass(frozen=True)
class Policy:
    """How many attempts there are and how long what lives."""

    #: Seconds a record is good, 60 to 86400; 600 by default.
    record_lifetime: int | None = None
    code: CodePolicy = field(default_factory=CodePolicy)
    failures: FailurePolicy = field(default_factory=FailurePolicy)
    sends: SendPolicy = field(default_factory=SendPolicy)

    def _lower(self) -> _rust.Policy:
        return _rust.Policy(
            record_lifetime=number_if_any("record_lifetime", self.record_lifetime),
            code=instance("policy.code", self.code, CodePolicy)._lower(),
            failures=instance("policy.failures", self.failures, FailurePolicy)._lower(),
            sends=instance("policy.sends", self.sends, SendPolicy)._lower(),
        )
