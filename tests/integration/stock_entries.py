"""Stock as the cache holds it, looked at past every reader's logic."""

from inventory.models import Stock
from inventory.stock_cache import STOCK_POLICY
from shop.caching.registry import REGISTRY


def key_of(product_id: int) -> str:
    return REGISTRY.ground().keys.entries(STOCK_POLICY, [product_id])[0]


def entry(product_id: int) -> bytes | None:
    """The bytes in the store, which may be read inside a transaction too."""
    return REGISTRY.ground().store.read([key_of(product_id)])[0]


def version(product_id: int) -> int:
    """The row's."""
    return Stock.objects.values_list("version", flat=True).get(product_id=product_id)
