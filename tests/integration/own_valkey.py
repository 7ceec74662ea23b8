"""A Valkey below this process's caches, to be broken."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from shop.caching.guarded_store import GuardedStore
from shop.caching.redis_store import RedisStore
from shop.caching.registry import REGISTRY
from shop.embedded.valkey import EmbeddedValkey
from shop.wiring import make_ground
from tests.repaired import await_repair

TIMEOUT_S = 1.0


@pytest.fixture
def own_valkey(own_caches: None, private_valkey: Callable[..., EmbeddedValkey]) -> Iterator[EmbeddedValkey]:
    server = private_valkey()
    once = Retry(NoBackoff(), 0)
    with Redis.from_url(server.url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=once) as client:
        ordinary = make_ground()
        store = GuardedStore(RedisStore(reads=client, writes=client), breaker=ordinary.breaker)
        ground = replace(ordinary, store=store)
        REGISTRY.wire(lambda: ground)
        yield server
        server.answer_properly()
        await_repair()
    REGISTRY.wire(make_ground)
