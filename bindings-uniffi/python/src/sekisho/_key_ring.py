"""The key ring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from . import _rust
from ._argument import bytes_if_any, number, number_if_any, text
from ._identifier import Identifier, lower_identifier
from ._native import Closable

#: Where a ring is for: what a development ring sealed no production ring opens.
Environment = Literal["production", "development"]

_ENVIRONMENTS = {
    "production": _rust.Environment.PRODUCTION,
    "development": _rust.Environment.DEVELOPMENT,
}


@dataclass(frozen=True)
class KeyTimes:
    """A key's id and times, without its secret. Times are Unix seconds."""

    kid: str
    #: From this time on it may seal; the latest such key is the one that does.
    seals_from: int
    #: From this time on it opens nothing; ``None`` until it is retired.
    opens_until: int | None


class KeyRing(Closable[_rust.KeyRing]):
    """The key ring: one key seals, several open, each with its times. A ring never changes."""

    def __init__(self, ring: str | bytes) -> None:
        """Reads a ring's text, as ``sekisho-server keys generate`` prints it and :meth:`to_text`
        gives it, or its UTF-8 bytes.

        :raises SekishoError: ``key_ring_malformed``, ``key_weak``, ``key_repeated``.
        """
        given = ring.decode(errors="replace") if isinstance(ring, bytes) else text("ring", ring)
        self._held = _rust.KeyRing.parse(given)

    @classmethod
    def generate(
        cls,
        environment: Environment,
        *,
        now: int | None = None,
        entropy: bytes | None = None,
    ) -> KeyRing:
        """Draws a new ring of one key.

        :param now: Unix seconds; the system's clock if not given.
        :param entropy: for tests: 32 bytes in place of the platform's randomness.
        """
        if environment not in _ENVIRONMENTS:
            raise TypeError(f"environment must be production or development, not {environment!r}")
        return cls._of(
            _rust.KeyRing.generate(
                _ENVIRONMENTS[environment],
                number_if_any("now", now),
                bytes_if_any("entropy", entropy),
            )
        )

    def rotate(self, seals_from: int, *, now: int | None = None, entropy: bytes | None = None) -> KeyRing:
        """The ring with one more key, which seals from a time on.

        :raises SekishoError: ``key_ring_full``.
        """
        seals_from, now = number("seals_from", seals_from), number_if_any("now", now)
        return self._of(self._rust.rotate(seals_from, now, bytes_if_any("entropy", entropy)))

    def retire(self, kid: str, at: int) -> KeyRing:
        """The ring in which a key opens nothing from a time on.

        :raises SekishoError: ``key_unknown``, ``key_still_seals``.
        """
        return self._of(self._rust.retire(text("kid", kid), number("at", at)))

    def to_text(self) -> str:
        """The ring's text, which is the secret itself."""
        return self._rust.to_text()

    @property
    def environment(self) -> Environment:
        """Where the ring is for."""
        return _environment(self._rust)

    @property
    def keys(self) -> list[KeyTimes]:
        """The ids and times of the keys: what may be listed and logged."""
        return _keys(self._rust)

    def seals_with(self, now: int | None = None) -> str:
        """The id of the key that seals at a time.

        :raises SekishoError: ``key_none_seals``.
        """
        return self._rust.seals_with(number_if_any("now", now))

    def pseudonym_of_subject(self, subject: str) -> str:
        """What logs call a user: 32 hexadecimal digits by which events about the same one are found
        together, and from which nobody without the ring learns who it is. Rotating keys changes none.

        :raises SekishoError: ``context_invalid``.
        """
        return self._rust.pseudonym_of_subject(text("subject", subject))

    def pseudonym_of_session(self, session: str) -> str:
        """What logs call a session.

        :raises SekishoError: ``context_invalid``.
        """
        return self._rust.pseudonym_of_session(text("session", session))

    def pseudonym_of_identifier(self, identifier: Identifier) -> str:
        """What logs call an address or number, the same for every spelling of one recipient.

        :raises SekishoError: ``identifier_invalid``.
        """
        return self._rust.pseudonym_of_identifier(lower_identifier("identifier", identifier))

    @classmethod
    def _of(cls, ring: _rust.KeyRing) -> KeyRing:
        made = cls.__new__(cls)
        made._held = ring
        return made

    def __repr__(self) -> str:
        held = self._held
        if held is None:
            return "KeyRing(closed)"
        return f"KeyRing(environment={_environment(held)!r}, keys={_keys(held)!r})"


def _environment(ring: _rust.KeyRing) -> Environment:
    is_production = ring.environment() == _rust.Environment.PRODUCTION
    return "production" if is_production else "development"


def _keys(ring: _rust.KeyRing) -> list[KeyTimes]:
    times = ring.keys()
    return [KeyTimes(key.kid, key.seals_from, key.opens_until) for key in times]
