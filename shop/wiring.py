"""The one place where the parts are put together: which store, which clock, which bounds.

Nothing here connects: the ground is made at the first read, and its clients connect at their first command.
"""

import logging
import threading
from functools import cache, partial
from typing import cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections, transaction
from django_redis import get_redis_connection
from redis import Redis
from redis.connection import Connection

from shop.caching import provenance
from shop.caching.breaker import BreakerState, CircuitBreaker
from shop.caching.clock import Clock, SystemClock
from shop.caching.ground import Ground
from shop.caching.guarded_distinct import GuardedDistinct
from shop.caching.guarded_store import GuardedStore
from shop.caching.instrumentation import Instrumentation
from shop.caching.keys import KeySpace
from shop.caching.load_gate import LoadGate
from shop.caching.local_feed import LocalFeed
from shop.caching.local_tier import LocalTier
from shop.caching.redis_buffer import RedisBuffer
from shop.caching.redis_channel import RedisChannel
from shop.caching.redis_distinct import RedisDistinct
from shop.caching.redis_identity import RedisServer
from shop.caching.redis_store import RedisStore
from shop.caching.registry import REGISTRY
from shop.events.identity import database_id
from shop.visitors.rate_limits.guarded_window import GuardedWindow
from shop.visitors.rate_limits.limiter import RateLimiter
from shop.visitors.rate_limits.memory_window import MemoryWindow
from shop.visitors.rate_limits.redis_window import RedisWindow
from shop.visitors.rate_limits.registry import RATE_LIMITS

logger = logging.getLogger(__name__)


def make_ground(*, breaker: CircuitBreaker | None = None, gate: LoadGate | None = None, local: bool = False) -> Ground:
    """The ground of a process; a breaker or a gate of one's own only for tests and labs. `local`: it keeps copies."""
    clock = SystemClock()
    breaker = breaker or CircuitBreaker(clock=clock, on_change=_say_so)
    keys = KeySpace(namespace=settings.CACHE_NAMESPACE, database_id=_database_id)
    reads = _client("default", keys)
    writes = _client("writes", keys)
    store = RedisStore(reads=reads, writes=writes)
    return Ground(
        store=GuardedStore(store, breaker=breaker),
        keys=keys,
        clock=clock,
        breaker=breaker,
        gate=gate or LoadGate(),
        instrumentation=Instrumentation(REGISTRY.metrics, provenance.collect),
        in_transaction=in_transaction,
        load_errors=(DatabaseError, InterfaceError),
        transaction=transaction.atomic,
        after_commit=transaction.on_commit,
        ask_repair=_ask_repair,
        distinct=GuardedDistinct(RedisDistinct(client=writes, key_of=keys.distinct), breaker=breaker),
        buffers=cache(lambda name: RedisBuffer(client=writes, keys=keys.buffer(name))),
        local=_local_tier(reads, keys, clock) if local else None,
    )


def keep_copies() -> None:
    """From now on this process keeps copies of what it reads: for those that answer pages."""
    REGISTRY.wire(partial(make_ground, local=True))


def _local_tier(client: Redis, keys: KeySpace, clock: Clock) -> LocalTier:
    """Its thread starts, and connects, when Redis is asked for the first time."""
    from shop.events.tiers import DropReporter  # noqa: PLC0415  models can be imported only once Django is set up

    tier = LocalTier(clock=clock)
    feed = LocalFeed(tier=tier, keys=keys, on_trace=DropReporter())
    tier.fed_by(RedisChannel(client=client, channel=keys.changes, feed=feed, clock=clock).start)
    return tier


def make_rate_limiter() -> RateLimiter:
    """The rate limiter of a process. It shares the caches' server, and so their breaker."""
    ground = REGISTRY.ground()
    window = RedisWindow(client=_client("writes", ground.keys))
    return RateLimiter(
        shared=GuardedWindow(window, breaker=ground.breaker),
        local=partial(MemoryWindow, clock=ground.clock),
        keys=ground.keys,
        figures=RATE_LIMITS.figures,
    )


def redis_server() -> RedisServer:
    """Which Redis it is, for whoever watches whether it goes back in time."""
    return RedisServer(cast("Redis", get_redis_connection("writes")))


def _ask_repair() -> None:
    from shop.events.repair import REPAIR  # noqa: PLC0415  models can be imported only once Django is set up

    REPAIR.ask()


def _say_so(state: BreakerState) -> None:
    logger.warning("the cache's circuit breaker is %s", state)


def _database_id() -> str | None:
    try:
        return database_id()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("the database can't be asked for its id: %s", error)
        return None


class _ThreadsConnection(threading.local):
    """Django's connection object of each thread, looked up once: every read of every cache asks it."""

    def __init__(self) -> None:
        self.default = connections[DEFAULT_DB_ALIAS]


_threads_connection = _ThreadsConnection()


def in_transaction() -> bool:
    return bool(_threads_connection.default.in_atomic_block)


def _client(alias: str, keys: KeySpace) -> Redis:
    """django-redis's client of a cache alias. It is thread-safe and connects at its first command."""
    return renewing(cast("Redis", get_redis_connection(alias)), keys)


def renewing(client: Redis, keys: KeySpace) -> Redis:
    """Ask for the database's id again with each new connection of the client.

    1. A reset marks the old id as retired; 2. Redis restarts empty, and the marker is gone; 3. a process that read
    nothing in between would use the old id for ever. It can't have kept its connections over step 2.
    """
    client.connection_pool.connection_kwargs["redis_connect_func"] = partial(_connected, keys)
    return client


def _connected(keys: KeySpace, connection: Connection) -> None:
    connection.on_connect()  # type: ignore[no-untyped-call]
    keys.renew()
