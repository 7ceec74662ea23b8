"""What staff do with orders: pack, send, deliver. Each order moves one step at a time, and never back."""

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cart.models import Order
from shop.events.busy import or_busy
from shop.events.history import Recorded, record_changes

Status = Order.Status
BEFORE: Final = {Status.PACKED: Status.PLACED, Status.SENT: Status.PACKED, Status.DELIVERED: Status.SENT}


class OrderMovedError(Exception):
    """Somebody has moved the order on; nothing was changed."""

    def __init__(self, order: Order) -> None:
        super().__init__(f"{order} is {order.get_status_display()} by now. Nothing was changed.")


def advance_orders(*, order_ids: Collection[UUID], to: Order.Status, user_id: int) -> int:
    """Move the orders that are one step before `to`; returns how many. The others stay. Raises RowsBusyError."""
    with or_busy(), transaction.atomic():
        before = BEFORE[to]
        due = Order.objects.select_for_update(no_key=True).filter(pk__in=order_ids, status=before).order_by("number")
        moved = list(due)
        for order in moved:
            order.status, order.changed_at = to, timezone.now()
        Order.objects.bulk_update(moved, ["status", "changed_at"])
        tell_history([(order, before) for order in moved], user_id=user_id)
        return len(moved)


def tell_history(moved: Iterable[tuple[Order, str]], *, user_id: int) -> None:
    """Write down who moved which order from where."""
    changes = [
        Recorded(object_id=order.pk, name=str(order), fields={"status": (before, order.status)})
        for order, before in moved
    ]
    record_changes(user_id=user_id, model=Order, changes=changes)
