"""What the shop shows of its stock: read-through, so the only thing that is asked here is the cache.

Budget, counted by tests/integration/test_stock_cache.py: a warm read is no query and one round trip, and none of its
own when it rides in a page's prefetch (`stock_refs`).

Invariant: nothing is decided by these numbers. Whether goods can be had, PostgreSQL says (inventory/operations).
"""

from collections.abc import Callable, Sequence
from typing import Final

from inventory.snapshots import StockSnapshot
from inventory.stock_cache import READ_PAST, STOCK_CACHE
from shop.caching.prefetch import Ref

LARGEST_ID: Final = 2**63 - 1


def get_stock(*, product_id: int) -> StockSnapshot:
    """The product's stock; zeros where there is no row. Any integer may be asked for."""
    if not _possible(product_id):
        return _none(product_id)
    return _or_none(STOCK_CACHE.get(product_id).value, product_id)


def get_stocks(*, product_ids: Sequence[int]) -> dict[int, StockSnapshot]:
    """The stock of each product, in the order asked for, by one round trip."""
    asked = list(dict.fromkeys(product_ids))
    possible = [product_id for product_id in asked if _possible(product_id)]
    found = STOCK_CACHE.get_many(possible) if possible else {}
    values = {product_id: result.value for product_id, result in found.items()}
    return {product_id: _or_none(values.get(product_id), product_id) for product_id in asked}


def stock_refs(*, product_ids: Sequence[int]) -> list[Ref]:
    """The entries, for a page's `prefetch`."""
    return [STOCK_CACHE.ref(product_id) for product_id in product_ids if _possible(product_id)]


def read_past_cache_when(predicate: Callable[[int], bool] | None) -> None:
    """From now on, read the stock of the products that `predicate` names past the cache; None: of no product.

    It is called for every read, so it may not ask anything over the network.
    """
    READ_PAST.when = predicate


def _possible(product_id: int) -> bool:
    return 0 < product_id <= LARGEST_ID


def _or_none(stock: StockSnapshot | None, product_id: int) -> StockSnapshot:
    return _none(product_id) if stock is None else stock


def _none(product_id: int) -> StockSnapshot:
    return StockSnapshot(product_id, 0, 0)
