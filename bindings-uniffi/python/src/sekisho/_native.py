"""What holds something in Rust until it is closed."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Generic, NoReturn, TypeVar

T = TypeVar("T")
Self = TypeVar("Self", bound="Closable[Any]")
Owned = TypeVar("Owned", bound="Owner")


def refuse_copy(owner: object) -> NoReturn:
    """In the place of ``__reduce__``: what is in Rust has one owner, and a second would free it again."""
    raise TypeError(
        f"a {type(owner).__name__} cannot be pickled or copied in depth: it holds something of this process."
        " Make one where it is needed."
    )


class Owner:
    """Holds something in Rust, which :func:`copy.copy` shares."""

    __reduce__ = refuse_copy

    def __copy__(self: Owned) -> Owned:
        copied = object.__new__(type(self))
        vars(copied).update(vars(self))
        return copied


class Closable(Owner, Generic[T]):
    """Is closed at the end of a ``with``, or when nobody refers to it any more."""

    _held: T | None

    @property
    def _rust(self) -> T:
        # Once: another thread may close it meanwhile.
        held = self._held
        if held is None:
            raise ValueError(f"this {type(self).__name__} is closed")
        return held

    def close(self) -> None:
        """Lets go of it. Secrets are wiped when the last that uses them has been closed."""
        self._held = None

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
