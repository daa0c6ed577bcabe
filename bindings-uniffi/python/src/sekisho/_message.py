"""What a person reads before approving an operation."""

from __future__ import annotations

from . import _rust
from ._argument import text
from ._operation import to_json


def render_message(template: str, operation: object = None, *, operation_json: str | None = None) -> str:
    """The sentence that shows an operation's own fields, such as
    ``Pay {amount} {currency} to {payee.name}``. Render the operation that the record is bound to: what
    the user read is what is approved.

    A field is the name of a member in braces, a member of a member with a dot between them; ``{{`` and
    ``}}`` stand for a brace. It is shown as it is: a string of 1 to 256 bytes, a number, ``true`` or
    ``false``. No string may break the line, be invisible, or turn the direction of what stands beside it
    (Unicode TR 36 §2.5).

    :param template: 1 to 1000 bytes without control characters.
    :param operation: data of any shape that JSON has; ``operation_json`` is the same as text.
    :raises SekishoError: ``message_template_invalid``, ``operation_invalid``, and
        ``operation_not_displayable`` where a field is missing or holds what is not shown: then send no
        message.
    """
    json = to_json(operation, operation_json)
    if json is None:
        raise TypeError("operation or operation_json is missing")
    return _rust.render_message(text("template", template), json)
