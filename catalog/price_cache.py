"""Prices: cache-aside, 5 min, invalidated by event. A price is its own entry because it changes on its own: a flash
sale must not throw away descriptions. The short TTL is the safety net under the events, and there is little grace.
"""

from catalog.snapshots import PriceSnapshot
from shop.caching.cache_aside import CacheAside
from shop.caching.policy import Pattern, Policy

PRICE_POLICY = Policy(
    name="price",
    pattern=Pattern.CACHE_ASIDE,
    schema=2,
    ttl=300,
    stale_grace=30,
    negative_ttl=30,
    local_ttl=1,
)
PRICE_CACHE = CacheAside(PRICE_POLICY, PriceSnapshot)
