from tests.goods import goods, own_caches, plain_static, staff, visitor
from tests.integration.providers import pool, provider

__all__ = ["goods", "own_caches", "plain_static", "pool", "provider", "staff", "visitor"]
