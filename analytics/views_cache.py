"""Flushed view counts: what pages show. The flush puts new totals here, so they are at most one flush old.

The TTL bounds what a lost put costs: this is no entry of the change log, which a flush every two seconds would fill.
"""

from analytics.loaders import load_views
from analytics.snapshots import ViewsSnapshot
from shop.caching.flushed_values import FlushedValues
from shop.caching.policy import Pattern, Policy

VIEWS_POLICY = Policy(
    name="views",
    pattern=Pattern.WRITE_BEHIND,
    schema=1,
    ttl=60,
    stale_grace=60,
    negative_ttl=10,
)
VIEWS_CACHE = FlushedValues(VIEWS_POLICY, ViewsSnapshot, load=load_views)
