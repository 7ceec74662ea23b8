"""The one statement by which stock changes: rows are locked in product order, changed where that leaves a possible
stock, and entered into the ledger.

It is a single statement so that nobody can write the one without the other, and so that a row is locked for no longer
than it must be: from here to the commit.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from inventory.models import Movement

# 1. Another transaction changes a row; 2. `locked` waits for it, and has the row as it now is; 3. `moved` finds the
# row changed since the statement began, and looks at its condition again, at the row of now. Nothing read before the
# lock decides anything.
_MOVE = """
    WITH changes AS (
        SELECT * FROM unnest(%(products)s::bigint[], %(on_hand)s::bigint[], %(held)s::bigint[],
                             %(reservations)s::bigint[]) AS change (product_id, on_hand, held, reservation_id)
    ),
    sums AS (
        SELECT product_id, sum(on_hand)::bigint AS on_hand, sum(held)::bigint AS held FROM changes GROUP BY product_id
    ),
    locked AS (
        SELECT sums.* FROM inventory_stock AS stock JOIN sums USING (product_id)
        ORDER BY stock.product_id FOR NO KEY UPDATE OF stock
    ),
    moved AS (
        UPDATE inventory_stock AS stock
        SET on_hand = stock.on_hand + locked.on_hand, held = stock.held + locked.held
        FROM locked
        WHERE stock.product_id = locked.product_id
          AND stock.held + locked.held BETWEEN 0 AND stock.on_hand + locked.on_hand
        RETURNING stock.product_id
    ),
    entered AS (
        INSERT INTO inventory_movement
            (product_id, kind, on_hand_change, held_change, reason, reservation_id, user_id, created_at)
        SELECT product_id, %(kind)s, on_hand, held, %(reason)s, reservation_id, %(user)s::bigint, statement_timestamp()
        FROM changes JOIN moved USING (product_id)
        ORDER BY product_id, reservation_id
    )
    SELECT product_id FROM moved
"""


class StockDamagedError(Exception):
    """Stock is not what the ledger and the reservations say: somebody has written past the operations.

    `manage.py reconcile` tells what is wrong.
    """


class Change(NamedTuple):
    """What is to happen to one product's stock. Several changes of one product are one change of its row."""

    product_id: int
    on_hand: int
    held: int
    reservation_id: int | None = None


def move(
    changes: Sequence[Change], *, kind: Movement.Kind, reason: str = "", user_id: int | None = None
) -> frozenset[int]:
    """Carry out the changes of each product whose stock allows them; returns these products.

    To be called inside a transaction. The others are locked, if they have a row, and unchanged.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "products": [change.product_id for change in changes],
                "on_hand": [change.on_hand for change in changes],
                "held": [change.held for change in changes],
                "reservations": [change.reservation_id for change in changes],
                "kind": kind.value,
                "reason": reason,
                "user": user_id,
            },
        )
        return frozenset(product_id for (product_id,) in cursor)
