"""Counters in Redis or Valkey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from ._counters import CounterOp

#: One round trip for each batch, atomic; expiry is set once, when a counter is created.
_SCRIPT = """
local counts = {}
for i, key in ipairs(KEYS) do
  local delta, ttl = tonumber(ARGV[2 * i - 1]), ARGV[2 * i]
  local count = tonumber(redis.call('GET', key) or '0')
  local new = math.max(0, count + delta)
  if delta > 0 and count == 0 then
    redis.call('SET', key, string.format('%.0f', new), 'EX', ttl)
  elseif delta ~= 0 and count > 0 then
    if new == 0 then
      redis.call('DEL', key)
    else
      redis.call('SET', key, string.format('%.0f', new), 'KEEPTTL')
    end
  end
  counts[i] = string.format('%.0f', new)
end
return counts"""


class RedisClient(Protocol):
    """What is needed of a ``redis.asyncio.Redis``."""

    def eval(self, script: str, numkeys: int, /, *keys_and_args: Any) -> Any:
        """Runs a script on the server."""


class RedisCounters:
    """Counters in Redis (6 or later) or Valkey, over a client of yours: ``redis.asyncio.Redis``."""

    def __init__(self, client: RedisClient, prefix: str = "sekisho:") -> None:
        """:param prefix: what the keys begin with; on a cluster it needs a ``{hash tag}``."""
        self._client = client
        self._prefix = prefix

    async def add(self, ops: Sequence[CounterOp]) -> list[int]:
        keys = [self._prefix + op.key for op in ops]
        arguments = [str(number) for op in ops for number in (op.delta, op.ttl)]
        answer = await self._client.eval(_SCRIPT, len(keys), *keys, *arguments)
        return [int(count) for count in answer]
