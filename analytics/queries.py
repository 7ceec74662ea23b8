"""What analytics knows of products. Any integer may be asked for."""

from collections.abc import Sequence
from typing import Final

from analytics.views_cache import VIEWS_CACHE
from shop.caching.prefetch import Ref

LARGEST_ID: Final = 2**63 - 1


def get_views(*, product_id: int) -> int:
    """How often the product was looked at, as far as that was flushed."""
    if not 0 < product_id <= LARGEST_ID:
        return 0
    found = VIEWS_CACHE.get(product_id).value
    return 0 if found is None else found.total


def views_refs(*, product_ids: Sequence[int]) -> list[Ref]:
    """The entries, for a page's `prefetch`."""
    return [VIEWS_CACHE.ref(product_id) for product_id in product_ids if 0 < product_id <= LARGEST_ID]
