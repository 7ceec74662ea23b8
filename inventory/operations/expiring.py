"""Reservations whose time is up: their goods go back on offer. Celery calls this every few seconds."""

from typing import Final

from django.db import connection

from inventory.models import Reservation
from inventory.operations.closing import close, give_back
from inventory.stock_cache import STOCK_CACHE
from shop.events.retry import retried

# Reservations of one transaction: it locks the stock of all their products.
BATCH: Final = 100

# Somebody who has one locked is about to commit or release it: it is left to them, and nobody waits.
_DUE = """
    SELECT id FROM inventory_reservation
    WHERE status = 'open' AND expires_at <= clock_timestamp()
    ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
"""


def expire_due(*, limit: int = 10_000) -> int:
    """Close reservations past their time and give back their goods, at most `limit` of them; returns how many.

    By batches, each a transaction of its own: where it is stopped, the next run goes on. Any number may run at once.
    """
    expired = 0
    while expired < limit:
        closed = _expire(limit=min(BATCH, limit - expired))
        expired += closed
        if closed < BATCH:
            break
    return expired


@retried
def _expire(*, limit: int) -> int:
    with STOCK_CACHE.writing() as write:
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [limit])
            due = [reservation_id for (reservation_id,) in cursor]
        closed = close(due, Reservation.Status.EXPIRED) if due else []
        for product_id in give_back(closed):
            write.wrote(product_id)
    return len(closed)
