"""The end of reservations: each is closed once, by whoever is first, and then its goods are sold or given back.

The race: 1. a payment goes through, and its commit closes the reservation; 2. the sweep finds the same reservation past
its time. The row of the reservation is locked by the first of them, and the condition that it is open is looked at
under that lock: the second finds it closed, and touches no stock.
"""

import logging
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from inventory.models import Movement, Reservation, ReservationLine
from inventory.operations.ledger import Change, move

logger = logging.getLogger(__name__)

# A commit must come in time, a release may come late.
_CLOSE = """
    UPDATE inventory_reservation
    SET status = %(status)s, closed_at = clock_timestamp(),
        reference = coalesce(nullif(%(reference)s, ''), reference)
    WHERE id = ANY(%(ids)s) AND status = 'open' AND (%(status)s <> 'committed' OR expires_at > clock_timestamp())
    RETURNING id
"""


class Line(NamedTuple):
    """What a reservation holds of one product."""

    reservation_id: int
    product_id: int
    quantity: int

    def change(self, *, sold: bool) -> Change:
        return Change(self.product_id, -self.quantity if sold else 0, -self.quantity, self.reservation_id)


def close(reservation_ids: Sequence[int], status: Reservation.Status, *, reference: str = "") -> list[int]:
    """Close those that are open, and lock them; returns their ids. Of several, the caller has locked all."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {"status": status.value, "reference": reference, "ids": list(reservation_ids)})
        return [reservation_id for (reservation_id,) in cursor]


def lines_of(reservation_ids: Sequence[int]) -> list[Line]:
    """What these reservations hold."""
    lines = ReservationLine.objects.filter(reservation_id__in=reservation_ids)
    return [Line(*line) for line in lines.values_list("reservation_id", "product_id", "quantity")]


def give_back(closed: Sequence[int]) -> frozenset[int]:
    """Give back what these reservations held, which the caller has just closed; returns the products.

    Where a row holds less than they did, somebody has written past the operations. What is not held can't be given
    back: that product is left as it is, said aloud, and no other product waits for it.
    """
    lines = lines_of(closed) if closed else []
    if not lines:
        return frozenset()
    given = move([line.change(sold=False) for line in lines], kind=Movement.Kind.RELEASED)
    for product_id in sorted({line.product_id for line in lines} - given):
        logger.error("stock of product %s holds less than its reservations did: run manage.py reconcile", product_id)
    return given
