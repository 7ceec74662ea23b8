"""The one place where the parts are put together: which store, which clock, which bounds.

Nothing here connects: the ground is made at the first read, and its clients connect at their first command.
"""

import logging
import threading
from typing import cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django_redis import get_redis_connection
from redis import Redis

from shop.caching import provenance
from shop.caching.breaker import BreakerState, CircuitBreaker
from shop.caching.clock import SystemClock
from shop.caching.ground import Ground
from shop.caching.guarded_store import GuardedStore
from shop.caching.instrumentation import Instrumentation
from shop.caching.keys import KeySpace
from shop.caching.load_gate import LoadGate
from shop.caching.redis_store import RedisStore
from shop.caching.registry import REGISTRY
from shop.events.identity import database_id

logger = logging.getLogger(__name__)


def make_ground(*, breaker: CircuitBreaker | None = None, gate: LoadGate | None = None) -> Ground:
    """The ground of a process; a breaker or a gate of one's own only for tests and labs."""
    clock = SystemClock()
    breaker = breaker or CircuitBreaker(clock=clock, on_change=_say_so)
    store = RedisStore(
        reads=_client("default"),
        writes=_client("writes"),
    )
    return Ground(
        store=GuardedStore(store, breaker=breaker),
        keys=KeySpace(namespace=settings.CACHE_NAMESPACE, database_id=database_id),
        clock=clock,
        breaker=breaker,
        gate=gate or LoadGate(),
        instrumentation=Instrumentation(REGISTRY.metrics, provenance.collect),
        in_transaction=in_transaction,
        load_errors=(DatabaseError, InterfaceError),
    )


def _say_so(state: BreakerState) -> None:
    logger.warning("the cache's circuit breaker is %s", state)


class _ThreadsConnection(threading.local):
    """Django's connection object of each thread, looked up once: every read of every cache asks it."""

    def __init__(self) -> None:
        self.default = connections[DEFAULT_DB_ALIAS]


_threads_connection = _ThreadsConnection()


def in_transaction() -> bool:
    return bool(_threads_connection.default.in_atomic_block)


def _client(alias: str) -> Redis:
    """django-redis's client of a cache alias. It is thread-safe and connects at its first command."""
    return cast("Redis", get_redis_connection(alias))
