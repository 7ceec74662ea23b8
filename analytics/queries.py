"""What analytics knows of products. Any integer may be asked for."""

from collections.abc import Sequence
from typing import Final

from analytics.also_bought_cache import ALSO_BOUGHT_CACHE
from analytics.loaders import load_also_bought
from analytics.views_cache import VIEWS_CACHE
from shop.caching.prefetch import Ref

LARGEST_ID: Final = 2**63 - 1


def get_views(*, product_id: int) -> int:
    """How often the product was looked at, as far as that was flushed."""
    if not 0 < product_id <= LARGEST_ID:
        return 0
    found = VIEWS_CACHE.get(product_id).value
    return 0 if found is None else found.total


def get_also_bought(*, product_id: int) -> tuple[int, ...]:
    """Ids of what customers of the product bought as well, the closest first; none where nothing is known."""
    if not 0 < product_id <= LARGEST_ID:
        return ()
    found = ALSO_BOUGHT_CACHE.get(product_id, load=load_also_bought).value
    return () if found is None else found.product_ids


def read_parts(*, product_ids: Sequence[int]) -> None:
    """Have the caches know what analytics knows of these products, as the catalog's `read_parts` does with its own."""
    if product_ids:
        VIEWS_CACHE.get_many(product_ids)
        ALSO_BOUGHT_CACHE.get_many(product_ids, load=load_also_bought)


def refs_of(*, product_id: int) -> list[Ref]:
    """The entries of one product, for a page's `prefetch`."""
    if not 0 < product_id <= LARGEST_ID:
        return []
    return [VIEWS_CACHE.ref(product_id), ALSO_BOUGHT_CACHE.ref(product_id)]
