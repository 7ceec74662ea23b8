"""The first delivery: stock for the demo's goods, and its entries in the ledger.

How much there is of a product depends on the seed and on the product's id alone. Products that have a row keep it.
Proved by tests/integration/test_stock_seeding.py.
"""

from collections.abc import Sequence
from random import Random
from typing import Final

from django.db import connection

from inventory.models import Stock

SOLD_OUT_SHARE: Final = 0.04
NEARLY_SHARE: Final = 0.05
NEARLY: Final = (1, 3)
USUALLY: Final = (5, 200)
_TABLES: Final = ("stock", "movement")

_DELIVER = """
    WITH stocked AS (
        INSERT INTO inventory_stock (product_id, on_hand, held, version)
        SELECT product_id, on_hand, 0, 0 FROM unnest(%s::bigint[], %s::bigint[]) AS delivered (product_id, on_hand)
        ON CONFLICT DO NOTHING RETURNING product_id, on_hand
    )
    INSERT INTO inventory_movement (product_id, kind, on_hand_change, held_change, reason, created_at)
    SELECT product_id, 'received', on_hand, 0, 'first delivery', statement_timestamp() FROM stocked WHERE on_hand > 0
"""


def deliver(*, product_ids: Sequence[int], seed: int) -> None:
    """Stock products that have no row yet, by one statement. The caller's transaction tells the caches."""
    with connection.cursor() as cursor:
        cursor.execute(_DELIVER, [list(product_ids), [on_hand_of(product_id, seed) for product_id in product_ids]])


def on_hand_of(product_id: int, seed: int) -> int:
    """How much the first delivery brings."""
    dice = Random(f"{seed}:{product_id}")  # noqa: S311  goods, not secrets
    kind = dice.random()
    if kind < SOLD_OUT_SHARE:
        return 0
    return dice.randint(*(NEARLY if kind < SOLD_OUT_SHARE + NEARLY_SHARE else USUALLY))


def is_stocked() -> bool:
    """Whether anything was ever delivered."""
    return Stock.objects.exists()


def settle() -> None:
    """Vacuum what was seeded, outside of any transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        try:
            for table in _TABLES:
                cursor.execute(f"VACUUM (ANALYZE) inventory_{table}")
        finally:
            cursor.execute("RESET statement_timeout")
