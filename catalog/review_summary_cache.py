"""Review summaries with the latest reviews: cache-aside, 15 min. The owner is the summary's row, which every write to a
review touches, so that the entry is invalidated when a review is.
"""

from catalog.snapshots import ReviewSummarySnapshot
from shop.caching.cache_aside import CacheAside
from shop.caching.policy import Pattern, Policy

REVIEW_SUMMARY_POLICY = Policy(
    name="review_summary",
    pattern=Pattern.CACHE_ASIDE,
    schema=1,
    ttl=900,
    stale_grace=300,
    negative_ttl=30,
    local_ttl=1,
)
REVIEW_SUMMARY_CACHE = CacheAside(REVIEW_SUMMARY_POLICY, ReviewSummarySnapshot)
