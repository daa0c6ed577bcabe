"""Whether new passwords are good enough."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from . import _rust
from ._argument import each, searchable, text
from ._native import Closable

#: Why a new password is not acceptable: Logto's codes.
PasswordRejection = Literal[
    "password_rejected.too_short",
    "password_rejected.too_long",
    "password_rejected.restricted.repetition",
    "password_rejected.restricted.sequence",
    "password_rejected.restricted.user_info",
    "password_rejected.restricted.words",
    "password_rejected.pwned",
]


class PasswordAcceptance(Closable[_rust.PasswordAcceptance]):
    """Whether new passwords are good enough."""

    def __init__(self, leaked: str = "") -> None:
        """:param leaked: passwords that have leaked or are common, one a line, in whatever case."""
        self._held = _rust.PasswordAcceptance(searchable("leaked", leaked))

    def judge(
        self, password: str, *, own_data: Iterable[str] = (), words: Iterable[str] = ()
    ) -> list[PasswordRejection]:
        """Judges a new password: every reason why it is not acceptable, none where it is.

        It has 8 to 256 characters, is not little else than repetition or sequence, has none of the
        user's own data and of the operator's words in it, and is not on the list of leaked ones. How
        guessable it is otherwise is not estimated.

        :param own_data: what the user is known by: username, names, e-mail address, phone number.
        :param words: the operator's words, such as the name of the service, of 4 characters or more.
        :raises SekishoError: ``password_invalid`` for one that is empty or longer than 4096 bytes.
        """
        own = [searchable(name, entry) for name, entry in each("own_data", own_data)]
        others = [searchable(name, word) for name, word in each("words", words)]
        rejections = self._rust.judge(text("password", password), own, others)
        return [cast(PasswordRejection, rejection.text()) for rejection in rejections]
