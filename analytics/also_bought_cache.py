"""What customers also bought: cache-aside, 1 h. The entry holds ids alone, as that of related products does: whatever
is said about them has entries of its own. A daily run compares the orders anew, and writes only the rows that differ.
"""

from analytics.snapshots import AlsoBoughtSnapshot
from shop.caching.cache_aside import CacheAside
from shop.caching.policy import Pattern, Policy

ALSO_BOUGHT_POLICY = Policy(
    name="also_bought",
    pattern=Pattern.CACHE_ASIDE,
    schema=1,
    ttl=3600,
    stale_grace=3600,
    negative_ttl=600,
    local_ttl=1,
)
ALSO_BOUGHT_CACHE = CacheAside(ALSO_BOUGHT_POLICY, AlsoBoughtSnapshot)
