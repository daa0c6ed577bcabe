"""What an operation demands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from . import _rust
from ._argument import each, instance, number_if_any, text, wrong
from ._crossing import written_by
from ._error import failure
from ._identifier import Identifier, lower_identifier

#: How the user proved who they are.
Method = Literal["password", "email_code", "phone_code"]

#: What a verification is good for; Logto's ``templateType``. Only the first is a permission.
Purpose = Literal["UserPermissionValidation", "BindNewIdentifier", "BindMfa"]

METHODS: dict[Method, _rust.Method] = {
    "password": _rust.Method.PASSWORD,
    "email_code": _rust.Method.EMAIL_CODE,
    "phone_code": _rust.Method.PHONE_CODE,
}
METHOD_NAMES = {method: name for name, method in METHODS.items()}

PURPOSES: dict[Purpose, _rust.Purpose] = {
    "UserPermissionValidation": _rust.Purpose.USER_PERMISSION_VALIDATION,
    "BindNewIdentifier": _rust.Purpose.BIND_NEW_IDENTIFIER,
    "BindMfa": _rust.Purpose.BIND_MFA,
}
PURPOSE_NAMES = {purpose: name for name, purpose in PURPOSES.items()}

Name = TypeVar("Name")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Requirement:
    """What an operation demands of a record. What is not given is as for a permission by any method."""

    #: The methods that are enough, each by itself.
    methods: Sequence[Method] | None = None
    purpose: Purpose | None = None
    #: The greatest age of the verification in seconds; if not given, until the record expires.
    max_age: int | None = None
    #: The record must be bound to the session of the request.
    same_session: bool = False
    #: The record must be for this identifier, character by character.
    identifier: Identifier | None = None
    #: The record is used up.
    single_use: bool = False


def lower_requirement(given: Requirement) -> _rust.Requirement:
    asked = instance("requirement", given, Requirement)
    identifier = asked.identifier
    return _rust.Requirement(
        methods=None if asked.methods is None else _lower_methods(asked.methods),
        purpose=lower_purpose("purpose", asked.purpose),
        max_age=number_if_any("max_age", asked.max_age),
        same_session=instance("same_session", asked.same_session, bool),
        identifier=None if identifier is None else lower_identifier("identifier", identifier),
        single_use=instance("single_use", asked.single_use, bool),
    )


def _lower_methods(methods: Sequence[Method]) -> list[_rust.Method]:
    # What can be gone through only once would say one thing to the rules and another to the client.
    if isinstance(methods, str) or not isinstance(methods, Sequence):
        raise wrong("methods", "a sequence, such as a list", methods)
    return [named(name, METHODS, method) for name, method in each("methods", methods)]


def written_requirement(given: Requirement | None) -> bytes:
    return b"\0" if given is None else b"\1" + written_by("Requirement", lower_requirement(given))


@dataclass(frozen=True)
class AskedVerification:
    """What an RFC 9470 challenge asks for."""

    methods: list[Method]
    #: The greatest age of the verification in seconds.
    max_age: int | None


def to_challenge(requirement: Requirement = Requirement()) -> str:
    """The value of ``WWW-Authenticate`` that tells a client which verification it needs (RFC 9470 §3)."""
    return _rust.to_challenge(lower_requirement(requirement))


def from_challenge(www_authenticate: str) -> AskedVerification:
    """Reads such a value, for clients.

    :raises SekishoError: ``requirement_invalid`` where it asks for no verification known here.
    """
    asked = _rust.from_challenge(text("www_authenticate", www_authenticate))
    return AskedVerification([METHOD_NAMES[method] for method in asked.methods], asked.max_age)


def purpose_of_code(to: Identifier, own: Iterable[Identifier], asked: Purpose | None = None) -> Purpose:
    """What a code that goes there will be good for: a permission (or what was asked) for the user's
    own identifiers, and for any other a proof that it is theirs.

    :raises SekishoError: ``identifier_invalid``.
    """
    recipient = lower_identifier("to", to)
    owned = [lower_identifier(name, identifier) for name, identifier in each("own", own)]
    return PURPOSE_NAMES[_rust.purpose_of_code(recipient, owned, lower_purpose("asked", asked))]


def lower_purpose(name: str, purpose: Purpose | None) -> _rust.Purpose | None:
    return None if purpose is None else named(name, PURPOSES, purpose)


def named(name: str, values: dict[Name, Value], given: Name) -> Value:
    if not isinstance(given, str):
        raise wrong(name, "a str", given)
    if given not in values:
        raise failure("requirement_invalid")
    return values[given]
