"""Request bodies: JSON or a form, read into fields that are then asked for one by one."""

import json
import re
import unicodedata
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request

from sekisho import Identifier, Purpose

from .policy import is_identifier
from .problem import Problem

#: The largest body that is read, in bytes: many times what the contract's fields can hold.
MAX_BYTES = 64 * 1024
#: How much of a body that is too large is read and thrown away, so that a client gets its answer.
MAX_DISCARDED_BYTES = 16 * 1024 * 1024
#: The longest password, in bytes of UTF-8; what is longer is nobody's.
MAX_PASSWORD_BYTES = 4096

FORM = "application/x-www-form-urlencoded"
TYPES = f"application/json or {FORM}"

Values = dict[str, Any]

#: The templates that can be asked for.
TEMPLATES: dict[str, Purpose] = {
    "BindMfa": "BindMfa",
    "UserPermissionValidation": "UserPermissionValidation",
}


class Body:
    """What is wrong with fields is collected, so that one answer names all of it."""

    def __init__(self, values: Values, wrong: list[str], path: str = "", mistaken: str = "") -> None:
        self._values = values
        self._wrong = wrong
        self._path = path
        #: Why fields may be missing although the client has written them.
        self._mistaken = mistaken

    @classmethod
    async def read(cls, request: Request) -> "Body":
        text = await _read_text(request)
        media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type == FORM:
            return cls(_parse_form(text), [], mistaken=_mistaken_form(text))
        if re.fullmatch(r"application/(.+\+)?json", media_type):
            return cls(_parse_json(text) if text else {}, [])
        # A body of a format that is not known has no fields.
        why = f"The body was not read: its Content-Type must be {TYPES}." if text else ""
        return cls({}, [], mistaken=why)

    def text(self, name: str) -> str:
        """A string that is not empty."""
        text = self.text_or_empty(name)
        return text or self._reject(name, "must not be empty")

    def text_or_empty(self, name: str) -> str:
        """A string."""
        if name not in self._values:
            return self._reject(name, "is required")
        value = self._values[name]
        if not isinstance(value, str):
            return self._reject(name, "must be a string")
        # JSON can spell lone surrogates.
        if any("\ud800" <= character <= "\udfff" for character in value):
            return self._reject(name, "must be Unicode text")
        return value

    def password(self, name: str) -> str:
        """A string that can be somebody's password."""
        typed = self.text(name)
        if len(typed.encode()) > MAX_PASSWORD_BYTES:
            return self._reject(name, f"must be at most {MAX_PASSWORD_BYTES} bytes long")
        return typed

    def id(self, name: str) -> str:
        """A string that can be an id."""
        text = self.text(name)
        if any(unicodedata.category(character) == "Cc" for character in text):
            return self._reject(name, "must not hold control characters")
        return text

    def id_if_any(self, name: str) -> str | None:
        return self.id(name) if self.has(name) else None

    def object_if_any(self, name: str) -> Values | None:
        """An object of any members, or none."""
        if not self.has(name):
            return None
        value = self._values[name]
        if not isinstance(value, dict):
            self._reject(name, "must be an object")
            return {}
        return value

    def matching(self, name: str, pattern: str, must: str) -> str:
        """A string that a regular expression matches as a whole."""
        text = self.text(name)
        return text if not text or re.fullmatch(pattern, text) else self._reject(name, must)

    def has(self, name: str) -> bool:
        return name in self._values

    def identifier(self, name: str) -> Identifier:
        """An object of a ``type`` and a ``value``."""
        value = self._values.get(name)
        if not isinstance(value, dict):
            is_there = name in self._values
            self._reject(name, "must be an object of type and value" if is_there else "is required")
            return Identifier.email("")
        inner = Body(value, self._wrong, f"{self._path}{name}.")
        kind = inner.text("type")
        if kind == "email":
            return inner.email("value")
        if kind == "phone":
            return inner.phone("value")
        if kind:
            inner._reject("type", "must be email or phone")
        return Identifier.email("")

    def email(self, name: str) -> Identifier:
        return self._parsed(name, Identifier.email(self.text(name)), "must be an e-mail address")

    def phone(self, name: str) -> Identifier:
        must = "must be a phone number: digits only, the country code first"
        return self._parsed(name, Identifier.phone(self.text(name)), must)

    def template(self, name: str) -> Purpose | None:
        """A template that can be asked for, or none."""
        if name not in self._values:
            return None
        asked = self.text(name)
        if asked and asked not in TEMPLATES:
            self._reject(name, "must be BindMfa or UserPermissionValidation")
        return TEMPLATES.get(asked)

    def end(self) -> None:
        """Ends the request where any of the fields was wrong; their values mean nothing before that."""
        if self._wrong:
            why = [self._mistaken] if self._mistaken else []
            raise Problem.invalid_input("\n".join([*self._wrong, *why]))

    def _parsed(self, name: str, identifier: Identifier, must: str) -> Identifier:
        if identifier.value and not is_identifier(identifier):
            self._reject(name, must)
        return identifier

    def _reject(self, name: str, what: str) -> str:
        """Stands for a value that is never used, since the request ends."""
        self._wrong.append(f'Error in key path "{self._path}{name}": it {what}.')
        return ""


async def _read_text(request: Request) -> str:
    body, length = bytearray(), 0
    async for chunk in request.stream():
        length += len(chunk)
        if length <= MAX_BYTES:
            body += chunk
        if length > MAX_DISCARDED_BYTES:
            break
    if length > MAX_BYTES:
        raise Problem.of("body_too_large")
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Problem.invalid_input("The body is not UTF-8.") from None


def _parse_json(text: str) -> Values:
    """Any JSON but an object has no fields."""
    try:
        parsed = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Problem.invalid_input("The body is not JSON.") from None
    return parsed if isinstance(parsed, dict) else {}


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _parse_form(text: str) -> Values:
    """Nested fields are written in brackets: ``identifier[type]=email``."""
    values: Values = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        nested = re.fullmatch(r"(\w+)\[(\w+)\]", name)
        if nested is None:
            values[name] = value
            continue
        outer, inner = nested.groups()
        held = values.get(outer)
        values[outer] = {**(held if isinstance(held, dict) else {}), inner: value}
    return values


def _mistaken_form(text: str) -> str:
    """What to tell a client whose JSON has the type that curl gives."""
    if not text.lstrip().startswith("{"):
        return ""
    return (
        f"The body was read as a form, since its Content-Type is {FORM}. It looks like JSON: send it as "
        "application/json."
    )
