"""A program as type checkers see it: mypy and pyright find nothing wrong in it."""

import asyncio
import json
from collections.abc import Sequence

import redis.asyncio

from sekisho import (
    Accepted,
    CounterOp,
    CounterStore,
    Identifier,
    KeyRing,
    MemoryCounters,
    RedisCounters,
    Requirement,
    SekishoError,
    Verifier,
    require_verification,
)


class LoggedCounters:
    """A store of one's own around another."""

    def __init__(self, counters: CounterStore) -> None:
        self.counters = counters

    async def add(self, ops: Sequence[CounterOp]) -> Sequence[int]:
        print([op.key for op in ops])
        return await self.counters.add(ops)


async def main(client: redis.asyncio.Redis) -> Accepted:
    with KeyRing.generate("development") as keys:
        verifier = Verifier(keys)
    stores: list[CounterStore] = [MemoryCounters(), RedisCounters(client)]
    counters = LoggedCounters(stores[0])
    to = Identifier.email("ana@example.com")
    sent = await verifier.send_code(counters=counters, subject="user-1", to=to, operation=[1])
    try:
        verified = await verifier.check_code(
            counters=counters, subject="user-1", to=to, challenge=sent.challenge, code=sent.code
        )
    except SekishoError as error:
        wait: int = error.retry_after or 0
        raise SystemExit(f"{error.code}: wait {wait} seconds") from error
    requirement = Requirement(methods=["email_code"], max_age=300)
    refusal = await require_verification(
        verified.record, verifier=verifier, counters=counters, subject="user-1", requirement=requirement
    )
    if refusal is not None:
        raise SystemExit(f"{refusal.code}: {json.dumps(refusal.body)}")
    flow = verifier.steps.present(subject="user-1", record=verified.record)
    while (ops := flow.ops) is not None:
        flow.resume(await counters.add(ops))
    return flow.outcome()


if __name__ == "__main__":
    asyncio.run(main(redis.asyncio.Redis()))
