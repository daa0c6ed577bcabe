"""Counters: all the state there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from . import _rust
from ._argument import wrong


class CounterOp(NamedTuple):
    """One addition to a counter."""

    #: Names the counter: 22 characters of base64url, a keyed digest without personal data.
    key: str
    #: What to add; 0 reads.
    delta: int
    #: Seconds that a counter lives which this addition creates.
    ttl: int


class CounterStore(Protocol):
    """Where counters are kept. An addition is all there is:

    - A counter that is missing, has expired or stands at zero does not exist. A positive delta creates
      it with its ttl; no addition extends the ttl of one that exists.
    - A negative delta creates no counter and takes none below zero.
    - Each addition is atomic: of two at a time the second sees the first.
    """

    async def add(self, ops: Sequence[CounterOp]) -> Sequence[int]:
        """Makes the additions in their order and answers with the new values in the same order."""


def require_store(counters: CounterStore) -> None:
    if isinstance(counters, type) or not callable(getattr(counters, "add", None)):
        raise wrong("counters", "a CounterStore", counters)


def lifted(ops: list[_rust.CounterOp]) -> list[CounterOp]:
    return [CounterOp(op.key, op.delta, op.ttl) for op in ops]


def counts(answer: Sequence[int]) -> list[int]:
    """What a store answered. In the place of what is no count stands what no store can have."""
    if not isinstance(answer, (list, tuple)):
        return []
    return [count if type(count) is int and 0 <= count < 1 << 63 else -1 for count in answer]
