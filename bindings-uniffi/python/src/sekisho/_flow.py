"""The one shape of every flow: it asks for counters, they are added, it resumes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, Callable, Generic, Protocol, TypeVar

from . import _rust
from ._counters import Bridge, CounterOp, CounterStore, counts, lifted
from ._error import raised, refusals
from ._native import Closable

Found = TypeVar("Found", covariant=True)
Outcome = TypeVar("Outcome")


class RustFlow(Protocol[Found]):
    """A flow in Rust."""

    def ops(self) -> list[_rust.CounterOp] | None: ...
    def resume(self, counts: list[int]) -> None: ...
    def outcome(self) -> Found: ...


class Flow(Closable[RustFlow[Any]], Generic[Outcome]):
    """A flow under way. Add its :attr:`ops` in your store and :meth:`resume` with the new values,
    until there are none; then :meth:`outcome` has what it came to. Dropping it allows nothing.
    """

    def __init__(self, flow: RustFlow[Found], lift: Callable[[Found], Outcome]) -> None:
        self._held = flow
        self._lift: Callable[[Any], Outcome] = lift

    @property
    def ops(self) -> list[CounterOp] | None:
        """The additions to make, in this order, each atomic by itself; ``None`` where it has ended."""
        ops = self._rust.ops()
        return None if ops is None else lifted(ops)

    def resume(self, new_counts: Sequence[int]) -> None:
        """Goes on with the counters' new values. Such as no store can have end it, refusing.

        The first one of a password check computes Argon2: it blocks the thread for tens of
        milliseconds, but not Python.
        """
        self._rust.resume(counts(new_counts))

    def outcome(self) -> Outcome:
        """What the flow came to. It tells that once.

        :raises SekishoError: where it was refused.
        """
        with refusals():
            return self._lift(self._rust.outcome())


async def drive(
    start: Callable[[Bridge], Awaitable[Found]],
    counters: CounterStore,
    lift: Callable[[Found], Outcome],
) -> Outcome:
    """What a flow comes to that Rust drives over a store. A store that raises ends it, refusing."""
    bridge = Bridge(counters)
    try:
        return lift(await start(bridge))
    except _rust.SekishoError as error:
        raise raised(error) from bridge.cause


# Type checkers do not see the variants of UniFFI's errors.
_ExecutorError: Any = _rust.ExecutorError


class Threads(_rust.Executor):
    """Has Argon2 computed in a thread of the event loop's pool, as ``asyncio.to_thread`` does."""

    async def run(self, computation: _rust.Computation) -> None:
        try:
            await asyncio.to_thread(computation.run)
        except (RuntimeError, asyncio.CancelledError):
            raise _ExecutorError.Rejected() from None
