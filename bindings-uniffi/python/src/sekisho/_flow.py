"""The one shape of every flow: it asks for counters, they are added, it resumes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, Callable, Generic, Protocol, TypeVar

from . import _rust
from ._counters import CounterOp, CounterStore, counts, lifted, require_store
from ._error import failure
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

        One of a password check computes Argon2: it blocks the thread for tens of
        milliseconds, but not Python.
        """
        self._rust.resume(counts(new_counts))

    def outcome(self) -> Outcome:
        """What the flow came to. It tells that once.

        :raises SekishoError: where it was refused.
        """
        return self._lift(self._rust.outcome())


async def drive(
    flow: Flow[Outcome],
    counters: CounterStore,
    resume: Callable[[Flow[Any], list[int]], Awaitable[None]] | None = None,
) -> Outcome:
    """What a flow comes to over a store: it asks for counters, they are added, it resumes. A store that
    raises ends it, refusing.

    :param resume: goes on after each addition, where that takes its time.
    """
    require_store(counters)
    with flow:
        while (ops := flow.ops) is not None:
            new_counts = await _added(counters, ops)
            if resume is None:
                flow.resume(new_counts)
            else:
                await resume(flow, new_counts)
        return flow.outcome()


async def _added(counters: CounterStore, ops: list[CounterOp]) -> list[int]:
    try:
        return counts(await counters.add(ops))
    except asyncio.CancelledError as cause:
        if is_cancelled():
            raise
        raise failure("counter_store_failed") from cause
    except Exception as cause:
        raise failure("counter_store_failed") from cause


async def resumed_in_thread(flow: Flow[Any], new_counts: list[int]) -> None:
    """Resumes in a thread of the event loop's pool. What that does not take is done by the thread that
    waits: that delays others there, but the answer is the same.
    """
    try:
        await asyncio.to_thread(flow.resume, new_counts)
    except RuntimeError:
        flow.resume(new_counts)
    except asyncio.CancelledError:
        if is_cancelled():
            raise
        flow.resume(new_counts)


def is_cancelled() -> bool:
    """Whether it is the running task that is cancelled, and not only what it waits for. Before Python
    3.11 nobody can tell: it is taken for cancelled.
    """
    task: Any = asyncio.current_task()
    return not hasattr(task, "cancelling") or task.cancelling() > 0
