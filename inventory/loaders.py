"""How stock comes out of the database: value and version by one statement. Products without a row are left out.

Proved by tests/integration/test_stock_cache.py.
"""

from collections.abc import Mapping, Sequence

from django.db import connection

from inventory.snapshots import StockSnapshot
from shop.caching.entry import Versioned

_STOCKS = "SELECT version, product_id, on_hand, held FROM inventory_stock WHERE product_id = ANY(%s)"


def load_stocks(ids: Sequence[int]) -> Mapping[int, Versioned[StockSnapshot]]:
    """The stock of the products with these ids."""
    with connection.cursor() as cursor:
        cursor.execute(_STOCKS, [list(ids)])
        return {
            product_id: Versioned(version, StockSnapshot(product_id, on_hand, held))
            for version, product_id, on_hand, held in cursor
        }
