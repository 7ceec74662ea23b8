"""What nobody waits for any more: payments in doubt, checkouts of killed processes, refunds that are due.

The provider is told never to charge a key before the goods are given back: 1. a request stalls before it pays; 2. the
sweeper finds no charge and gives the goods back; 3. the request goes on, and is charged for goods that it has not. With
the cancellation in step 2, step 3 is refused.
"""

import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from cart.checkout.concluding import conclude
from cart.checkout.leavings import LEFT_ALONE, MOST_AT_ONCE, SYSTEM_CLOCK, UNFINISHED, finish_each
from cart.checkout.sync_points import Point, reached
from cart.models import Checkout, Payment
from cart.payments import TILL, PaymentInDoubtError
from shop.caching.clock import Clock

logger = logging.getLogger(__name__)

State = Checkout.State


def settle_due(*, older_than: timedelta = LEFT_ALONE, limit: int = MOST_AT_ONCE, clock: Clock = SYSTEM_CLOCK) -> int:
    """Settle what was left for `older_than`; returns how many were settled. The others come up again.

    Two sweepers share the work: each claims a row by a time stamp, and holds no lock while it asks the provider.
    """
    return finish_each(claim=_CLAIM, finish=_settle, older_than=older_than, limit=limit, clock=clock)


def settle(*, checkout_id: UUID) -> None:
    """Bring one checkout to its end. Raises PaymentInDoubtError while the provider can't be asked."""
    checkout = Checkout.objects.get(pk=checkout_id)
    if checkout.state == State.PAYING:
        conclude(checkout_id=checkout_id, charge=TILL.provider.cancel(key=checkout.payment_key))
    _give_back_if_due(checkout_id)


def leave_in_doubt(*, checkout_id: UUID, key: str) -> None:
    """Nobody waits for this payment any more. One that has come to its end, or was given up, stays as it is."""
    Checkout.objects.filter(pk=checkout_id, state=State.PAYING, payment_key=key).update(in_doubt=True)


def give_back(*, checkout_id: UUID, key: str) -> None:
    """Refund a checkout whose goods ran out while it was paid. Raises PaymentInDoubtError."""
    TILL.provider.refund(key=key)
    reached(Point.REFUNDED)
    now = timezone.now()
    with transaction.atomic():
        unfinished = Checkout.objects.filter(pk=checkout_id, state=State.REFUNDING)
        if unfinished.update(state=State.REFUNDED, changed_at=now):
            Payment.objects.filter(key=key).update(status=Payment.Status.REFUNDED, refunded_at=now)


def payment_answered(key: str) -> None:
    """The provider answers by itself, a second time or late, from a thread of its own."""
    try:
        payment = Payment.objects.filter(key=key).values("checkout_id").first()
        charge = TILL.provider.find(key=key)
        if payment is not None and charge is not None:
            conclude(checkout_id=payment["checkout_id"], charge=charge)
            _give_back_if_due(payment["checkout_id"])
    except (PaymentInDoubtError, *UNFINISHED) as error:
        logger.warning("the answer to payment %s could not be taken: the sweeper will: %s", key, error)
    finally:
        connection.close()


def _give_back_if_due(checkout_id: UUID) -> None:
    state, key = Checkout.objects.values_list("state", "payment_key").get(pk=checkout_id)
    if state == State.REFUNDING:
        give_back(checkout_id=checkout_id, key=key)


def _settle(checkout_id: UUID) -> None:
    settle(checkout_id=checkout_id)


_CLAIM: Final = """
    UPDATE cart_checkout SET changed_at = %s WHERE id IN (
        SELECT id FROM cart_checkout WHERE state IN ('paying', 'refunding') AND changed_at <= %s
        ORDER BY changed_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ) RETURNING id
"""
