"""The warm read of a product's own five parts: with Larder, without a cache, and with less than Larder does.

    queries      five ORM queries
    django-redis plain `cache.get_many` of the same five values: no fence, no breaker, no metrics, no provenance
    larder       prefetch and five reads, with all of that
    bare MGET    redis-py's MGET of the very bytes that Larder reads, not even decoded

The four take turns in short rounds, so that what else the machine does falls on all alike; each figure is the median.
"""

from collections.abc import Callable
from typing import Final

from django.core.cache import cache  # noqa: TID251  this is what is measured against
from django.db.models import Count, Window
from redis import Redis

from catalog.category_tree_cache import CATEGORY_TREE_CACHE, CATEGORY_TREE_ID
from catalog.models import Category, Price, Product, RelatedProducts, Review
from catalog.price_cache import PRICE_CACHE
from catalog.product_cache import PRODUCT_CACHE
from catalog.queries import (
    get_category_tree,
    get_price,
    get_product,
    get_related_products,
    get_review_summary,
    product_at_hand,
)
from catalog.related_products_cache import RELATED_PRODUCTS_CACHE
from catalog.review_summary_cache import REVIEW_SUMMARY_CACHE
from shop.caching import provenance
from shop.caching.registry import REGISTRY
from tests.bench.turns import medians, turn

ROUNDS: Final = 60
CALLS: Final = 40


def larder(product_id: int) -> list[object]:
    with provenance.collected(), product_at_hand(product_id=product_id):
        return [
            get_product(product_id=product_id),
            get_price(product_id=product_id),
            get_review_summary(product_id=product_id),
            get_related_products(product_id=product_id),
            get_category_tree(),
        ]


def queries(product_id: int) -> list[object]:
    """The same five parts as anybody would first write them; the latest reviews come with their summary's count."""
    reviews = Review.objects.filter(product_id=product_id).order_by("-created_at", "-id")
    count = Window(Count("*"))
    return [
        Product.objects.get(pk=product_id),
        Price.objects.get(pk=product_id),
        list(reviews.annotate(count=count)[:5]),
        RelatedProducts.objects.get(pk=product_id),
        list(Category.objects.order_by("position", "name", "id")),
    ]


def contestants(product_id: int, client: Redis) -> dict[str, Callable[[], object]]:
    """The four, each a call without arguments; everything is warm after the first."""
    values = larder(product_id)
    names = [f"part-{number}" for number in range(len(values))]
    cache.set_many(dict(zip(names, values, strict=True)))
    caches = (PRODUCT_CACHE, PRICE_CACHE, REVIEW_SUMMARY_CACHE, RELATED_PRODUCTS_CACHE)
    space = REGISTRY.ground().keys
    keys = [space.entries(each.policy, [product_id])[0] for each in caches]
    keys += space.entries(CATEGORY_TREE_CACHE.policy, [CATEGORY_TREE_ID])
    assert all(client.mget(keys)), "every part is in the cache"
    return {
        "queries": lambda: queries(product_id),
        "django-redis": lambda: cache.get_many(names),
        "larder": lambda: larder(product_id),
        "bare MGET": lambda: client.mget(keys),
    }


def measure(product_id: int, client: Redis) -> dict[str, float]:
    """Microseconds a call, by contestant."""
    calls = contestants(product_id, client)
    return medians([turn(calls, calls=CALLS) for _ in range(ROUNDS)])
