"""The one place where the parts are put together: which store, which clock, which bounds.

Nothing here connects: the ground is made at the first read, and its clients connect at their first command.
"""

from functools import partial

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django_redis import get_redis_connection

from shop.caching import provenance
from shop.caching.breaker import CircuitBreaker
from shop.caching.clock import SystemClock
from shop.caching.ground import Ground
from shop.caching.guarded_store import GuardedStore
from shop.caching.instrumentation import Instrumentation
from shop.caching.keys import KeySpace
from shop.caching.load_gate import LoadGate
from shop.caching.redis_store import RedisStore
from shop.caching.registry import REGISTRY
from shop.events.identity import database_id


def make_ground() -> Ground:
    clock = SystemClock()
    breaker = CircuitBreaker(clock=clock)
    store = RedisStore(
        reads=partial(get_redis_connection, "default"),
        writes=partial(get_redis_connection, "writes"),
    )
    return Ground(
        store=GuardedStore(store, breaker=breaker),
        keys=KeySpace(namespace=settings.CACHE_NAMESPACE, database_id=database_id),
        clock=clock,
        breaker=breaker,
        gate=LoadGate(),
        instrumentation=Instrumentation(REGISTRY.metrics, provenance.collect),
        in_transaction=in_transaction,
        load_errors=(DatabaseError, InterfaceError),
    )


def in_transaction() -> bool:
    return connection.in_atomic_block
