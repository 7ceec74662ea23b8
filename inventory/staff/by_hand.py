"""Goods that staff put on the shelf, and counts that they set right.

A form that is sent twice does it once: it says which entry of the ledger was the newest by staff when it was shown, and
is refused when there is a newer one. The race:
    1. somebody presses twice; 2. the first request enters 12 received; 3. the second has waited for the row, and finds
    an entry that its form does not know of. It is shown again, with that entry, to be pressed again if it is meant.
Proved by tests/integration/test_stock_by_hand.py.
"""

from enum import StrEnum

from inventory.models import Movement, Stock
from inventory.operations import adjust, receive
from inventory.stock_cache import STOCK_CACHE
from shop.events.history import Recorded, record_changes
from shop.events.retry import retried


class ByHand(StrEnum):
    """Receive adds what was delivered; adjust adds or takes away what a count found."""

    RECEIVE = "receive"
    ADJUST = "adjust"


class MovedMeanwhileError(Exception):
    """Staff have moved goods of this product since the form was shown: `newest` is what they did last."""

    def __init__(self, newest: Movement) -> None:
        self.newest = newest
        super().__init__(f"{newest.kind} {newest.on_hand_change:+} at {newest.created_at:%H:%M:%S}")


def newest_by_hand(*, product_id: int) -> Movement | None:
    """What staff did last to this product."""
    return Movement.objects.filter(product_id=product_id, user_id__isnull=False).order_by("-id").first()


@retried
def move_by_hand(*, product_id: int, what: ByHand, change: int, reason: str, user_id: int, seen: int) -> Stock:
    """Receive or adjust, and write the history, in one transaction; returns the row as it is then.

    `seen` is the id of the newest entry by staff that the form knew of, 0 for none. Raises MovedMeanwhileError where
    there is a newer one, and what the operation raises: StockTooLowError, ValidationError.
    """
    with STOCK_CACHE.writing(product_id):
        before = _locked(product_id)
        newest = newest_by_hand(product_id=product_id)
        if newest is not None and newest.pk > seen:
            raise MovedMeanwhileError(newest)
        if what is ByHand.RECEIVE:
            receive(product_id=product_id, quantity=change, reason=reason, user_id=user_id)
        else:
            adjust(product_id=product_id, change=change, reason=reason, user_id=user_id)
        after = Stock.objects.get(product_id=product_id)
        told = {"on hand": (before.on_hand, after.on_hand), "reason": (None, reason)}
        recorded = Recorded(object_id=product_id, name=f"product {product_id}", fields=told)
        record_changes(user_id=user_id, model=Stock, changes=[recorded])
        return after


def _locked(product_id: int) -> Stock:
    """The row, made if need be, so that there is something to wait for: a refusal takes it back."""
    Stock.objects.bulk_create([Stock(product_id=product_id)], ignore_conflicts=True)
    return Stock.objects.select_for_update(no_key=True).get(product_id=product_id)
