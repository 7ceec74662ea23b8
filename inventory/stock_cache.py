"""Stock: read-through and write-through, 30 s. The cache loads for itself, and every write passes through it: a write
returns when the database and the cache both hold it, so whoever bought the last one sees none left on the next page.

The TTL is short, and there is no grace: what was written past the operations, by hand, is seen within it at the latest,
mostly within a second by the change log. While `READ_PAST` says so of a product, its stock is read past the cache.
"""

from collections.abc import Callable

from inventory.loaders import load_stocks
from inventory.snapshots import StockSnapshot
from shop.caching.policy import Pattern, Policy
from shop.caching.read_through import ReadThrough
from shop.caching.write_through import WriteThrough


class ReadPast:
    """Which products are read past the cache for now: whoever wires the shop may say, by `when`."""

    def __init__(self) -> None:
        self.when: Callable[[int], bool] | None = None

    def __call__(self, product_id: int) -> bool:
        return self.when is not None and self.when(product_id)


READ_PAST = ReadPast()
STOCK_POLICY = Policy(
    name="stock",
    pattern=Pattern.READ_AND_WRITE_THROUGH,
    schema=1,
    ttl=30,
    negative_ttl=30,
    bypass=READ_PAST,
)


class StockCache(ReadThrough[StockSnapshot], WriteThrough[StockSnapshot]):
    """Both patterns on the same entries."""

    pattern = Pattern.READ_AND_WRITE_THROUGH


STOCK_CACHE = StockCache(STOCK_POLICY, StockSnapshot, load=load_stocks)
