"""What every counter store does."""

import asyncio

import pytest
import redis.asyncio

from sekisho import CounterOp, MemoryCounters, RedisCounters


async def add(counters, *ops):
    return await counters.add([CounterOp(*op) for op in ops])


async def test_an_addition_makes_a_counter_and_answers_with_its_value(counters):
    assert await add(counters, ("a", 1, 60), ("a", 2, 60), ("b", 0, 60), ("b", 5, 60)) == [1, 3, 0, 5]
    assert await add(counters, ("a", 0, 0), ("b", 0, 0)) == [3, 5]


async def test_a_negative_addition_makes_no_counter_and_takes_none_below_zero(counters):
    assert await add(counters, ("a", -1, 60), ("a", 2, 60), ("a", -5, 60)) == [0, 2, 0]
    assert await add(counters, ("a", 1, 60), ("a", -(1 << 52), 0), ("a", 1, 60)) == [1, 0, 1]


async def test_large_numbers_are_exact(counters):
    mark = (1 << 40) - 1
    assert await add(counters, ("a", mark, 60), ("a", mark, 60), ("a", -mark, 0)) == [mark, 2 * mark, mark]


async def test_parallel_additions_are_each_counted(counters):
    found = await asyncio.gather(*(add(counters, ("a", 1, 60)) for _ in range(50)))
    assert sorted(counts[0] for counts in found) == list(range(1, 51))


async def test_no_addition_extends_a_counter(counters):
    assert await add(counters, ("a", 1, 1)) == [1]
    await asyncio.sleep(0.6)
    assert await add(counters, ("a", 1, 60)) == [2]
    await asyncio.sleep(0.6)
    assert await add(counters, ("a", 0, 0), ("a", 1, 60)) == [0, 1]


async def test_memory_is_freed_of_what_has_expired():
    now = 0
    counters = MemoryCounters(lambda: now)
    await add(counters, *((f"{n}", 1, 10) for n in range(9_999)))
    now = 10
    assert await add(counters, ("last", 1, 10)) == [1]
    assert list(counters._counters) == ["last"]


async def test_keys_in_redis_have_the_prefix_and_expire(redis_client):
    await add(RedisCounters(redis_client, "{shop}:"), ("a", 1, 60))
    assert await redis_client.keys("*") == [b"{shop}:a"]
    assert 0 < await redis_client.ttl("{shop}:a") <= 60


async def test_a_redis_of_decoded_answers_serves_as_well(redis_port):
    async with redis.asyncio.Redis(host="127.0.0.1", port=redis_port, decode_responses=True) as client:
        assert await add(RedisCounters(client, "decoded:"), ("a", 7, 60)) == [7]


async def test_a_redis_that_is_down_raises():
    async with redis.asyncio.Redis(host="127.0.0.1", port=1) as client:
        with pytest.raises(redis.exceptions.ConnectionError):
            await add(RedisCounters(client), ("a", 1, 60))
