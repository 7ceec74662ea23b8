"""What products are called, for staff: unpublished ones too, which `catalog.queries` never answers."""

from collections.abc import Sequence

from catalog.loaders import load_products
from catalog.product_cache import PRODUCT_CACHE


def product_names(*, product_ids: Sequence[int]) -> dict[int, str]:
    """The names of those products that there are, by one round trip."""
    found = PRODUCT_CACHE.get_many(product_ids, load=load_products) if product_ids else {}
    return {product_id: result.value.name for product_id, result in found.items() if result.value is not None}
