"""E-mail addresses and phone numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from . import _rust
from ._argument import text, written
from ._error import failure


@dataclass(frozen=True)
class Identifier:
    """Where a code goes. Two are equal if they are equal character by character."""

    type: Literal["email", "phone"]
    #: An e-mail address, or a phone number in digits, the country code first, no ``+``.
    value: str

    @classmethod
    def email(cls, address: str) -> Identifier:
        """An e-mail address: ``something@something.something``, the domain in ASCII."""
        return cls("email", address)

    @classmethod
    def phone(cls, digits: str) -> Identifier:
        """A phone number: 1 to 15 digits, the country code first, no ``+``."""
        return cls("phone", digits)

    def _lower(self) -> _rust.Identifier:
        value = text("identifier.value", self.value)
        if self.type not in ("email", "phone"):
            raise failure("identifier_invalid")
        variants: Any = _rust.Identifier
        lowered: _rust.Identifier = getattr(variants, self.type.upper())(value)
        return lowered

    def _written(self) -> bytes:
        value = written("identifier.value", self.value)
        if self.type == "email":
            return b"\0\0\0\1" + value
        if self.type == "phone":
            return b"\0\0\0\2" + value
        raise failure("identifier_invalid")


def canonical(identifier: Identifier) -> str:
    """The form under which different spellings of one recipient are the same: what a unique index
    holds.

    :raises SekishoError: ``identifier_invalid`` for what is no e-mail address or phone number.
    """
    return _rust.canonical(identifier._lower())
