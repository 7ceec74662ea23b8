"""Reservations whose time is up: their goods go back on offer. Celery calls this every few seconds.

The race that shaped it: 1. somebody locks the stock of one product, and takes long; 2. the sweep closes a batch, waits
for that lock until it gives up, and is rolled back; 3. so is the next sweep: no product's holds expire. So once a wait
was in vain, whatever holds such a product is passed over. Proved by tests/integration/test_reservations_busy.py.
"""

from collections.abc import Collection
from typing import Any, Final

from django.db import OperationalError, connection

from inventory.models import Reservation
from inventory.operations.closing import close, give_back
from inventory.stock_cache import STOCK_CACHE
from shop.events.retry import retried

# Reservations of one transaction: it locks the stock of all their products.
BATCH: Final = 100

# Somebody who has one locked is about to commit or release it: it is left to them, and nobody waits.
_DUE: Final = """
    SELECT id FROM inventory_reservation
    WHERE status = 'open' AND expires_at <= clock_timestamp() AND id <> ALL(%s)
    ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
"""
# Locks the stock that is free, and waits for none.
_BUSY: Final = """
    WITH free AS MATERIALIZED (
        SELECT product_id FROM inventory_stock
        WHERE product_id IN (SELECT product_id FROM inventory_reservationline WHERE reservation_id = ANY(%(due)s))
        FOR NO KEY UPDATE SKIP LOCKED
    )
    SELECT DISTINCT line.reservation_id
    FROM inventory_reservationline AS line JOIN inventory_stock USING (product_id)
    WHERE line.reservation_id = ANY(%(due)s) AND product_id NOT IN (SELECT product_id FROM free)
"""
_LOCK_NOT_AVAILABLE: Final = "55P03"


def expire_due(*, limit: int = 10_000) -> int:
    """Close reservations past their time and give back their goods, at most `limit` of them; returns how many.

    By batches, each a transaction of its own: where it is stopped, the next run goes on. Any number may run at once.
    What holds a product whose stock stays locked is left to the next run.
    """
    expired, busy, is_patient = 0, set[int](), True
    while expired < limit:
        size = min(BATCH, limit - expired)
        try:
            closed, passed_over = _expire(limit=size, busy=busy, is_patient=is_patient)
        except OperationalError as error:
            if not is_patient or connection.in_atomic_block or not _is_locked_out(error):
                raise
            is_patient = False
            continue
        expired += closed
        busy |= passed_over
        if closed + len(passed_over) < size:
            break
    return expired


@retried
def _expire(*, limit: int, busy: Collection[int], is_patient: bool) -> tuple[int, set[int]]:
    """How many were closed, and the ids of those that were passed over, because their stock is locked."""
    with STOCK_CACHE.writing() as write:
        due = _ids(_DUE, [list(busy), limit])
        passed_over = set() if is_patient else set(_ids(_BUSY, {"due": due}))
        free = [reservation_id for reservation_id in due if reservation_id not in passed_over]
        closed = close(free, Reservation.Status.EXPIRED) if free else []
        for product_id in give_back(closed):
            write.wrote(product_id)
    return len(closed), passed_over


def _ids(statement: str, arguments: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return [found for (found,) in cursor]


def _is_locked_out(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) == _LOCK_NOT_AVAILABLE
