"""How passwords are hashed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from . import _rust
from ._argument import bytes_if_any, bytes_of, each, instance, number_if_any, text, text_if_any
from ._native import Closable


@dataclass(frozen=True)
class Pepper:
    """A secret that is part of hashes, kept apart from them."""

    #: Names it inside hashes: 1 to 8 ASCII letters, digits, ``-`` or ``_``.
    id: str
    #: 32 to 64 random bytes.
    key: bytes = field(repr=False)

    def _lower(self) -> _rust.Pepper:
        return _rust.Pepper(id=text("pepper.id", self.id), key=bytes_of("pepper.key", self.key))


@dataclass(frozen=True)
class Verification:
    """What came of checking a password."""

    matches: bool
    #: Whether the stored hash should be replaced by a new one of this password.
    needs_rehash: bool


class PasswordPolicy(Closable[_rust.PasswordPolicy]):
    """How new passwords are hashed, by Argon2id (RFC 9106), and stored hashes checked.

    Both take tens of milliseconds and the memory of their cost. They block the thread but not Python:
    on an event loop, ``await asyncio.to_thread(passwords.hash, password)``.
    """

    def __init__(
        self,
        *,
        memory_kib: int | None = None,
        passes: int | None = None,
        lanes: int | None = None,
        pepper: Pepper | None = None,
        older_peppers: Iterable[Pepper] = (),
    ) -> None:
        """A policy; OWASP's minimum where nothing is given.

        :param memory_kib: memory in KiB, 8 for each lane to 131072; 19456 by default.
        :param passes: passes over the memory; 2 by default.
        :param lanes: lanes, 1 to 16; 1 by default.
        :param pepper: what new hashes are peppered with.
        :param older_peppers: what older hashes were peppered with.
        :raises SekishoError: ``policy_invalid`` outside the bounds, ``key_weak``, ``key_repeated``.
        """
        self._held = _rust.PasswordPolicy(
            number_if_any("memory_kib", memory_kib, 32),
            number_if_any("passes", passes, 32),
            number_if_any("lanes", lanes, 32),
            None if pepper is None else instance("pepper", pepper, Pepper)._lower(),
            [instance(name, older, Pepper)._lower() for name, older in each("older_peppers", older_peppers)],
        )

    def hash(self, password: str, *, salt: bytes | None = None) -> str:
        """Hashes a new password: a PHC string.

        :param salt: for tests: 16 bytes in place of the platform's randomness.
        :raises SekishoError: ``password_invalid``, ``out_of_memory``.
        """
        password = text("password", password)
        return self._rust.hash(password, bytes_if_any("salt", salt))

    def verify(self, password: str, password_hash: str | None) -> Verification:
        """Checks a password against a stored hash; without one it takes the same time and never
        matches.

        :raises SekishoError: ``password_invalid``, ``password_hash_invalid``,
            ``password_hash_too_costly``, ``pepper_unknown``, ``out_of_memory``.
        """
        password, stored = text("password", password), text_if_any("password_hash", password_hash)
        verified = self._rust.verify(password, stored)
        return Verification(verified.matches, verified.needs_rehash)
