"""An order is paid back, by staff: the money through the provider, the goods to the shelf if they come back.

    1. one transaction: the order is "being refunded", by whoever asked first
    2. no transaction: the provider gives the money back, once for its key
    3. one transaction: the order is refunded, and its goods are on the shelf

A process that dies in between leaves step 1, and the sweeper does the rest. Whoever comes second in step 3 finds the
order refunded, and puts nothing back twice.
"""

import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cart.checkout.fulfilment import OrderMovedError, tell_history
from cart.checkout.leavings import LEFT_ALONE, MOST_AT_ONCE, SYSTEM_CLOCK, UNFINISHED, finish_each
from cart.models import Order, Payment
from cart.payments import TILL, PaymentInDoubtError
from inventory.operations import take_back
from shop.caching.clock import Clock
from shop.events.busy import or_busy
from shop.events.retry import retried

logger = logging.getLogger(__name__)

Status = Order.Status
PAID: Final = (Status.PLACED, Status.PACKED, Status.SENT, Status.DELIVERED)


def refund_order(*, order_id: UUID, takes_back: bool, user_id: int) -> None:
    """Give the money of an order back; `takes_back`: its goods go back to stock. To be called outside of transactions.

    Raises OrderMovedError if it was refunded before, RowsBusyError where nothing was changed, and PaymentInDoubtError
    where the provider or the database failed later: then the order is being refunded, and the sweeper goes on.
    """
    with or_busy():
        _begin(order_id=order_id, takes_back=takes_back, user_id=user_id)
    try:
        _finish(order_id)
    except UNFINISHED as error:
        logger.exception("the refund of order %s is left to the sweeper", order_id)
        raise PaymentInDoubtError("the refund is under way") from error


def refund_due(*, older_than: timedelta = LEFT_ALONE, limit: int = MOST_AT_ONCE, clock: Clock = SYSTEM_CLOCK) -> int:
    """Go on with refunds that were left for `older_than`; returns how many came to their end."""
    return finish_each(claim=_CLAIM, finish=_finish, older_than=older_than, limit=limit, clock=clock)


@retried
def _begin(*, order_id: UUID, takes_back: bool, user_id: int) -> None:
    with transaction.atomic():
        order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
        if order.status not in PAID:
            raise OrderMovedError(order)
        before, order.status = order.status, Status.REFUNDING
        order.takes_back, order.changed_at = takes_back, timezone.now()
        order.save(update_fields=["status", "takes_back", "changed_at"])
        tell_history([(order, before)], user_id=user_id)


def _finish(order_id: UUID) -> None:
    key = Payment.objects.values_list("key", flat=True).get(order_id=order_id)
    TILL.provider.refund(key=key)
    _close(order_id=order_id, key=key)


@retried
def _close(*, order_id: UUID, key: str) -> None:
    with transaction.atomic():
        order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
        if order.status != Status.REFUNDING:
            return
        order.status, order.changed_at = Status.REFUNDED, timezone.now()
        order.save(update_fields=["status", "changed_at"])
        Payment.objects.filter(key=key).update(status=Payment.Status.REFUNDED, refunded_at=timezone.now())
        if order.takes_back:
            take_back(
                quantities=dict(order.lines.values_list("product_id", "quantity")), reason=f"{order} was refunded"
            )


_CLAIM: Final = """
    UPDATE cart_order SET changed_at = %s WHERE id IN (
        SELECT id FROM cart_order WHERE status = 'refunding' AND changed_at <= %s
        ORDER BY changed_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ) RETURNING id
"""
