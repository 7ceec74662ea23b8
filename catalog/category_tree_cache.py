"""The category tree: cache-aside, 1 h, one entry for the whole tree. Every page needs all of it and it changes seldom,
so one entry costs one key in the page's MGET. Its owner is the tree's single row, which every write to a category
touches."""

from catalog.snapshots import CategoryTreeSnapshot
from shop.caching.cache_aside import CacheAside
from shop.caching.policy import Pattern, Policy

CATEGORY_TREE_POLICY = Policy(
    name="category_tree",
    pattern=Pattern.CACHE_ASIDE,
    schema=1,
    ttl=3600,
    stale_grace=3600,
    negative_ttl=10,
    local_ttl=1,
)
CATEGORY_TREE_CACHE = CacheAside(CATEGORY_TREE_POLICY, CategoryTreeSnapshot)

# The tree's owner row is a singleton.
CATEGORY_TREE_ID = 1
