"""Operations on their way to canonical JSON."""

from __future__ import annotations

import json

from ._argument import text_if_any
from ._error import failure


def to_json(operation: object, operation_json: str | None) -> str | None:
    """An operation as JSON text.

    :raises TypeError: for a value of a type that JSON does not have.
    :raises SekishoError: ``operation_invalid`` for a value that JSON does not have, such as NaN, a cycle or
        endless nesting.
    """
    if operation is None:
        return text_if_any("operation_json", operation_json)
    if operation_json is not None:
        raise TypeError("operation and operation_json are one too many")
    try:
        _refuse_loss(operation)
        return json.dumps(operation, allow_nan=False, separators=(",", ":"))
    except TypeError as error:
        raise TypeError(f"operation: {error}") from None
    except (ValueError, RecursionError):
        raise failure("operation_invalid") from None


def _refuse_loss(value: object) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise TypeError(f"the key {name!r} is no str")
            _refuse_loss(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_loss(inner)
