"""Reservations that staff end before their time."""

from collections.abc import Iterable

from inventory.models import Reservation
from inventory.operations import release
from inventory.stock_cache import STOCK_CACHE
from shop.events.history import Recorded, record_changes
from shop.events.retry import retried


def release_by_hand(*, reservation_ids: Iterable[int], user_id: int) -> int:
    """Give back the goods of those that are open; returns how many were. One transaction each, with its history."""
    return sum(_release(reservation_id, user_id) for reservation_id in reservation_ids)


@retried
def _release(reservation_id: int, user_id: int) -> bool:
    with STOCK_CACHE.writing():
        if not release(reservation_id=reservation_id):
            return False
        told = {"status": (Reservation.Status.OPEN.value, Reservation.Status.RELEASED.value)}
        recorded = Recorded(object_id=reservation_id, name=f"reservation {reservation_id}", fields=told)
        record_changes(user_id=user_id, model=Reservation, changes=[recorded])
        return True
