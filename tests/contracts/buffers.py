"""A buffer of each kind, with small bounds, and what is in it."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from redis import Redis

from shop.caching.buffer import Batch, Buffer
from shop.caching.clock import SystemClock
from shop.caching.keys import BufferKeys
from shop.caching.memory_buffer import MemoryBuffer
from shop.caching.redis_buffer import RedisBuffer
from shop.caching.redis_store import script_text

FULL_AT = 4


@pytest.fixture
def buffer_keys() -> BufferKeys:
    return BufferKeys(f"test-{secrets.token_hex(4)}:{{views}}")


@pytest.fixture
def redis_buffer(redis: Redis, buffer_keys: BufferKeys) -> Iterator[Callable[..., RedisBuffer]]:
    def make(text_of: Callable[[str], str] = script_text, **bounds: float) -> RedisBuffer:
        return RedisBuffer(client=redis, keys=buffer_keys, most_counters=FULL_AT, text_of=text_of, **bounds)  # type: ignore[arg-type]

    yield make
    for key in redis.scan_iter(f"{buffer_keys.pending.split(':')[0]}:*"):
        redis.delete(key)


@pytest.fixture(params=["memory", "redis"])
def make_buffer(request: pytest.FixtureRequest) -> Callable[..., Buffer]:
    if request.param == "memory":
        return partial(MemoryBuffer, clock=SystemClock(), most_counters=FULL_AT)
    made: Callable[..., Buffer] = request.getfixturevalue("redis_buffer")
    return made


@pytest.fixture
def buffer(make_buffer: Callable[..., Buffer]) -> Buffer:
    return make_buffer()


def batches(buffer: Buffer, batch_id: str = "b") -> dict[str, Batch]:
    found = {one: buffer.read(one) for one in buffer.take(batch_id=batch_id, limit=100)}
    return {name: batch for name, batch in found.items() if batch is not None}


def counted(buffer: Buffer) -> Counter[str]:
    """All that is due; it is gone then."""
    sums: Counter[str] = Counter()
    while found := batches(buffer, secrets.token_hex(4)):
        for name, batch in found.items():
            sums.update(batch.counts)
            buffer.forget(name)
    return sums
