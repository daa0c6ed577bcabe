"""Counters in memory."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Callable

from ._counters import CounterOp

#: After this many additions what has expired is removed.
_SWEEP_INTERVAL = 10_000


class MemoryCounters:
    """Counters in the memory of this process, for development, tests and servers that are one
    process. They are gone when it ends, and with them every budget and every mark of a used code.

    They are for one event loop.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """:param clock: the time in seconds since 1970."""
        self._clock = clock
        self._counters: dict[str, tuple[int, float]] = {}
        self._additions = 0

    async def add(self, ops: Sequence[CounterOp]) -> list[int]:
        now = self._clock()
        self._additions += len(ops)
        if self._additions >= _SWEEP_INTERVAL:
            self._sweep(now)
        return [self._add_one(op, now) for op in ops]

    def _add_one(self, op: CounterOp, now: float) -> int:
        count, expires_at = self._counters.get(op.key, (0, 0.0))
        if expires_at <= now:
            count, expires_at = 0, now + op.ttl
        count = max(0, count + op.delta)
        if count == 0:
            self._counters.pop(op.key, None)
        else:
            self._counters[op.key] = (count, expires_at)
        return count

    def _sweep(self, now: float) -> None:
        self._additions = 0
        self._counters = {key: kept for key, kept in self._counters.items() if kept[1] > now}
