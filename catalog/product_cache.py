"""Product details: cache-aside, 1 h. Read on every page, written a few times a day: a copy may be an hour old if every
invalidation is lost, and is right within a second if not.
"""

from catalog.snapshots import ProductSnapshot
from shop.caching.cache_aside import CacheAside
from shop.caching.policy import Pattern, Policy

PRODUCT_POLICY = Policy(
    name="product",
    pattern=Pattern.CACHE_ASIDE,
    schema=1,
    ttl=3600,
    stale_grace=600,
    negative_ttl=60,
    local_ttl=1,
)
PRODUCT_CACHE = CacheAside(PRODUCT_POLICY, ProductSnapshot)
