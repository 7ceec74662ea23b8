from tests.failures.queue_run import queue, valkey
from tests.goods import goods, own_caches, plain_static, staff, visitor

__all__ = ["goods", "own_caches", "plain_static", "queue", "staff", "valkey", "visitor"]
