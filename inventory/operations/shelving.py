"""What comes in, what comes back, and what a count of the shelf sets right."""

from collections.abc import Mapping, Sequence

from inventory.models import Movement, Stock
from inventory.operations.ledger import Change, move
from inventory.operations.quantities import (
    check_change,
    check_product,
    check_quantities,
    check_quantity,
    check_reason,
)
from inventory.stock_cache import STOCK_CACHE
from shop.events.retry import retried


class StockTooLowError(Exception):
    """More was to be taken away than is free: `on_hand` lies there, `held` of it is kept by open reservations."""

    def __init__(self, *, on_hand: int, held: int) -> None:
        self.on_hand, self.held = on_hand, held
        super().__init__(
            f"{on_hand:,} are on hand and {held:,} of them are held, so at most {on_hand - held:,} can be taken away."
        )


@retried
def receive(*, product_id: int, quantity: int, reason: str, user_id: int | None = None) -> None:
    """Put goods on the shelf. Raises ValidationError for a quantity outside 1 to 1,000,000, or without a reason."""
    check_product(product_id)
    check_quantity(quantity)
    check_reason(reason)
    with STOCK_CACHE.writing(product_id):
        _move(Change(product_id, quantity, 0), Movement.Kind.RECEIVED, reason, user_id)


@retried
def take_back(*, quantities: Mapping[int, int], reason: str, user_id: int | None = None) -> None:
    """Put goods that were sold back on the shelf, so many of each product, by the same statements however many.

    Raises ValidationError for quantities outside 1 to 1,000,000, more than 500 products, or without a reason.
    """
    check_quantities(quantities)
    check_reason(reason)
    products = sorted(quantities)
    with STOCK_CACHE.writing(*products):
        # Before any row is locked: whoever made a row while holding others would lock them out of order.
        _make_rows(products)
        changes = [Change(product_id, quantities[product_id], 0) for product_id in products]
        move(changes, kind=Movement.Kind.RETURNED, reason=reason, user_id=user_id)


@retried
def adjust(*, product_id: int, change: int, reason: str, user_id: int | None = None) -> None:
    """Add to what is on hand, or take from it, because a count says so.

    Raises StockTooLowError where that would leave less than is held, and ValidationError for a change of nothing or of
    more than 1,000,000, or without a reason.
    """
    check_product(product_id)
    check_change(change)
    check_reason(reason)
    with STOCK_CACHE.writing(product_id):
        if not _move(Change(product_id, change, 0), Movement.Kind.ADJUSTED, reason, user_id):
            # Its row is locked by now, if there is one.
            stock = Stock.objects.filter(product_id=product_id).first() or Stock()
            raise StockTooLowError(on_hand=stock.on_hand, held=stock.held)


def _move(change: Change, kind: Movement.Kind, reason: str, user_id: int | None) -> bool:
    """Whether it was done. A product's first goods make its row."""
    if move([change], kind=kind, reason=reason, user_id=user_id):
        return True
    if change.on_hand < 0:
        return False
    _make_rows([change.product_id])
    return bool(move([change], kind=kind, reason=reason, user_id=user_id))


def _make_rows(product_ids: Sequence[int]) -> None:
    """For those that have none."""
    Stock.objects.bulk_create([Stock(product_id=product_id) for product_id in product_ids], ignore_conflicts=True)
