from tests.goods import goods, own_caches, plain_static, staff, visitor
from tests.integration.event_stream import empty_log, stream
from tests.integration.lost_redis import lost_redis
from tests.integration.own_valkey import own_valkey
from tests.integration.providers import pool, provider

__all__ = [
    "empty_log",
    "goods",
    "lost_redis",
    "own_caches",
    "own_valkey",
    "plain_static",
    "pool",
    "provider",
    "staff",
    "stream",
    "visitor",
]
