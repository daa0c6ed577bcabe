"""Arguments on their way to Rust: of the right type, and such as cross over."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

_LENGTH = struct.Struct(">i").pack
_GREATEST = {32: (1 << 31) - 1, 64: (1 << 63) - 1}


def wrong(name: str, wanted: str, value: object) -> TypeError:
    return TypeError(f"{name} must be {wanted}, not {type(value).__name__}")


def instance(name: str, value: T, kind: type[T]) -> T:
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise wrong(name, f"{article} {kind.__name__}", value)
    return value


def each(name: str, values: Iterable[T]) -> list[tuple[str, T]]:
    """The values, each with what it is called. A text is none: it would be one value per character."""
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise wrong(name, "an iterable", values)
    return [(f"{name}[{index}]", value) for index, value in enumerate(values)]


def text(name: str, value: str) -> str:
    """A text. One with a lone surrogate, which no encoding has, becomes the empty one, which no rule
    takes: to replace the surrogate would make one text of many.
    """
    return value if _is_encodable(name, value) else ""


def searchable(name: str, value: str) -> str:
    """A text to look for words in. A lone surrogate, which is in none of them, becomes U+FFFD."""
    if _is_encodable(name, value):
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_encodable(name: str, value: str) -> bool:
    if not isinstance(value, str):
        raise wrong(name, "a str", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def written(name: str, value: str) -> bytes:
    """The same, as it crosses over."""
    try:
        encoded = str.encode(value)
    except (TypeError, UnicodeEncodeError):
        encoded = text(name, value).encode()
    return _LENGTH(len(encoded)) + encoded


def written_if_any(name: str, value: str | None) -> bytes:
    return b"\0" if value is None else b"\1" + written(name, value)


def text_if_any(name: str, value: str | None) -> str | None:
    return None if value is None else text(name, value)


def number_if_any(name: str, value: int | None, bits: int = 64) -> int | None:
    """A whole number. What is out of bounds there is out of the rules' bounds, too."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong(name, "an int", value)
    return max(-1, min(value, _GREATEST[bits]))


def number(name: str, value: int) -> int:
    given = number_if_any(name, value)
    if given is None:
        raise wrong(name, "an int", value)
    return given


def bytes_of(name: str, value: bytes) -> bytes:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise wrong(name, "bytes", value)
    return bytes(value)


def bytes_if_any(name: str, value: bytes | None) -> bytes | None:
    return None if value is None else bytes_of(name, value)
