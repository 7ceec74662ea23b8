"""Stock and its ledger, as tests look at them: by SQL of their own, past the operations and the cache."""

from datetime import timedelta
from typing import Final

from django.db import connection

from inventory.models import Movement

MINUTES: Final = timedelta(minutes=10)

_DISAGREEING = """
    SELECT stock.product_id FROM inventory_stock AS stock
    LEFT JOIN (
        SELECT product_id, sum(on_hand_change) AS on_hand, sum(held_change) AS held
        FROM inventory_movement GROUP BY product_id
    ) AS ledger USING (product_id)
    LEFT JOIN (
        SELECT product_id, sum(quantity) AS held
        FROM inventory_reservationline AS line JOIN inventory_reservation AS reservation
            ON reservation.id = line.reservation_id AND reservation.status = 'open'
        GROUP BY product_id
    ) AS kept USING (product_id)
    WHERE (stock.on_hand, stock.held) IS DISTINCT FROM (coalesce(ledger.on_hand, 0), coalesce(ledger.held, 0))
       OR stock.held <> coalesce(kept.held, 0)
"""


def ledger_of(product_id: int) -> list[tuple[str, int, int]]:
    """Kind, change on hand and change held of each entry, oldest first."""
    entries = Movement.objects.filter(product_id=product_id).order_by("id")
    return list(entries.values_list("kind", "on_hand_change", "held_change"))


def sums_agree() -> bool:
    """Whether every row is the sum of its ledger, and holds what open reservations hold."""
    with connection.cursor() as cursor:
        cursor.execute(_DISAGREEING)
        return not cursor.fetchall()


def expire(reservation_id: int) -> None:
    """Its time is up, this second."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inventory_reservation SET expires_at = clock_timestamp() WHERE id = %s", [reservation_id]
        )
