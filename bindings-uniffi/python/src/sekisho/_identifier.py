"""E-mail addresses and phone numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from . import _rust
from ._argument import instance, text, written
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


def lower_identifier(name: str, given: Identifier) -> _rust.Identifier:
    identifier = instance(name, given, Identifier)
    value = text("identifier.value", identifier.value)
    if text("identifier.type", identifier.type) not in ("email", "phone"):
        raise failure("identifier_invalid")
    variants: Any = _rust.Identifier
    lowered: _rust.Identifier = getattr(variants, identifier.type.upper())(value)
    return lowered


def written_identifier(name: str, given: Identifier) -> bytes:
    identifier = instance(name, given, Identifier)
    value = written("identifier.value", identifier.value)
    if identifier.type == "email":
        return b"\0\0\0\1" + value
    if identifier.type == "phone":
        return b"\0\0\0\2" + value
    text("identifier.type", identifier.type)
    raise failure("identifier_invalid")


def canonical(identifier: Identifier) -> str:
    """The form under which different spellings of one recipient are the same: what a unique index
    holds.

    :raises SekishoError: ``identifier_invalid`` for what is no e-mail address or phone number.
    """
    return _rust.canonical(lower_identifier("identifier", identifier))
