"""Related products: cache-aside, 1 h. The entry holds ids alone: each related product has an entry, and a version, of
its own. A daily run computes them anew and writes only the rows that differ.
"""

from catalog.snapshots import RelatedProductsSnapshot
from shop.caching.cache_aside import CacheAside
from shop.caching.policy import Pattern, Policy

RELATED_PRODUCTS_POLICY = Policy(
    name="related_products",
    pattern=Pattern.CACHE_ASIDE,
    schema=1,
    ttl=3600,
    stale_grace=3600,
    negative_ttl=60,
    local_ttl=1,
)
RELATED_PRODUCTS_CACHE = CacheAside(RELATED_PRODUCTS_POLICY, RelatedProductsSnapshot)
