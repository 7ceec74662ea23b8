"""What pages ask of Valkey, counted by Valkey itself."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest
from redis import Redis

from shop.caching.guarded_store import GuardedStore
from shop.caching.redis_store import RedisStore
from shop.caching.registry import REGISTRY
from shop.embedded.valkey import EmbeddedValkey
from shop.wiring import make_ground
from tests.goods import Goods

# What a client says when it connects, and what this test itself says.
NOT_READING = {"hello", "auth", "select", "client|setinfo", "client|setname", "info", "config|resetstat", "ping"}

# A session is read by one script. Valkey counts what that does besides.
SESSION = {"evalsha": 1, "get": 1, "mget": 1, "del": 1, "set": 1}


def beside_the_session(commands: Mapping[str, int]) -> dict[str, int]:
    """The others; fails unless the session took one round trip."""
    left = {name: calls - SESSION.get(name, 0) for name, calls in commands.items()}
    assert set(SESSION) <= set(commands)
    return {name: calls for name, calls in left.items() if calls}


@contextmanager
def counted(redis: Redis) -> Iterator[dict[str, int]]:
    """The commands that Valkey took inside, by name."""
    calls: dict[str, int] = {}
    redis.config_resetstat()
    yield calls
    for name, figures in redis.info("commandstats").items():
        command = name.removeprefix("cmdstat_")
        if command not in NOT_READING:
            calls[command] = figures["calls"]


@pytest.fixture
def own_redis(goods: Goods, private_valkey: Callable[..., EmbeddedValkey]) -> Redis:
    """A Valkey that nobody else asks, below the shop's caches."""
    redis = Redis.from_url(private_valkey().url)
    ground = make_ground()
    store = GuardedStore(RedisStore(reads=redis, writes=redis), breaker=ground.breaker)
    REGISTRY.wire(lambda: replace(ground, store=store))
    return redis
