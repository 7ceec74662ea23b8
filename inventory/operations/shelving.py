"""What comes in, and what a count of the shelf sets right."""

from inventory.models import Movement, Stock
from inventory.operations.ledger import Change, move
from inventory.operations.quantities import check_change, check_product, check_quantity, check_reason
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
    _put_on_shelf(Movement.Kind.RECEIVED, product_id, quantity, reason, user_id)


@retried
def take_back(*, product_id: int, quantity: int, reason: str, user_id: int | None = None) -> None:
    """Put goods that were sold back on the shelf. Raises ValidationError as `receive` does."""
    _put_on_shelf(Movement.Kind.RETURNED, product_id, quantity, reason, user_id)


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
        changes = [Change(product_id, change, 0)]
        if not _move(changes, Movement.Kind.ADJUSTED, reason, user_id):
            # Its row is locked by now, if there is one.
            stock = Stock.objects.filter(product_id=product_id).first() or Stock()
            raise StockTooLowError(on_hand=stock.on_hand, held=stock.held)


def _put_on_shelf(kind: Movement.Kind, product_id: int, quantity: int, reason: str, user_id: int | None) -> None:
    check_product(product_id)
    check_quantity(quantity)
    check_reason(reason)
    with STOCK_CACHE.writing(product_id):
        _move([Change(product_id, quantity, 0)], kind, reason, user_id)


def _move(changes: list[Change], kind: Movement.Kind, reason: str, user_id: int | None) -> bool:
    """Whether it was done. A product's first goods make its row."""
    if move(changes, kind=kind, reason=reason, user_id=user_id):
        return True
    if any(change.on_hand < 0 for change in changes):
        return False
    Stock.objects.bulk_create([Stock(product_id=change.product_id) for change in changes], ignore_conflicts=True)
    return bool(move(changes, kind=kind, reason=reason, user_id=user_id))
