"""The last step: what the provider has said becomes an order, or the goods go back on the shelf.

Whoever brings the provider's word may do so: the request that paid, the provider's second answer, the sweeper, a retry.
The race: 1. a request is charged, and stalls; 2. the sweeper asks the provider, hears "charged", and writes the order;
3. the request goes on with its own "charged". So the checkout's row is locked first and its state decides: step 3 finds
an order, and does nothing. An answer about an attempt that was given up in between has another key, and is left out.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from cart.checkout.basket import BasketLine
from cart.checkout.sync_points import Point, reached
from cart.models import Checkout, Order, OrderLine, Payment
from cart.models.order import ORDER_NUMBERS
from cart.operations import CartNotFoundError, take_out
from cart.payments import Charge, ChargeStatus
from inventory.operations import OutOfStockError, ReservationNotOpenError, StockDamagedError, commit, release, reserve
from shop.events.retry import retried

# Held and sold within one transaction.
_NO_TIME: Final = timedelta(minutes=1)

State = Checkout.State


@retried
def conclude(*, checkout_id: UUID, charge: Charge) -> None:
    """Write down what became of a payment, and all that follows from it. May be repeated, by anybody, at any time."""
    with transaction.atomic():
        checkout = Checkout.objects.select_for_update(no_key=True).get(pk=checkout_id)
        reached(Point.CONCLUDING)
        if checkout.state != State.PAYING or checkout.payment_key != charge.key:
            return
        _note(charge)
        match charge.status:
            case ChargeStatus.CHARGED:
                _complete(checkout)
            case ChargeStatus.DECLINED:
                _give_up(checkout, State.DECLINED, charge.reason)
            case ChargeStatus.CANCELLED | ChargeStatus.REFUNDED:
                _give_up(checkout, State.ABANDONED, "not_made")
        checkout.in_doubt, checkout.changed_at = False, timezone.now()
        checkout.save(update_fields=["state", "outcome", "short", "reservation_id", "in_doubt", "changed_at"])
    reached(Point.CONCLUDED)


def _note(charge: Charge) -> None:
    Payment.objects.filter(key=charge.key).update(
        status=Payment.Status(charge.status.value),
        reference=charge.reference,
        reason=charge.reason,
        settled_at=timezone.now(),
    )


def _give_up(checkout: Checkout, state: Checkout.State, outcome: str) -> None:
    checkout.state, checkout.outcome = state, outcome
    release(reservation_id=_hold(checkout))


def _complete(checkout: Checkout) -> None:
    """The goods are sold last: their rows are what other buyers wait for, from there to the commit."""
    lines = [BasketLine.from_json(line) for line in checkout.lines]
    quantities = {line.product_id: line.quantity for line in lines}
    try:
        with transaction.atomic():
            _write_order(checkout, lines)
            reached(Point.ORDERED)
            _empty_cart(checkout, quantities)
            reached(Point.EMPTIED)
            checkout.reservation_id = _sold(checkout, quantities)
            reached(Point.SOLD)
    except OutOfStockError as error:
        # There is no order: the block was rolled back, and with it that the old hold was given back.
        names = {line.product_id: line.name for line in lines}
        checkout.short = [one._asdict() | {"name": names[one.product_id]} for one in error.short]
        _give_up(checkout, State.REFUNDING, "out_of_stock")
    else:
        checkout.state = State.COMPLETED


def _empty_cart(checkout: Checkout, quantities: dict[int, int]) -> None:
    # A cart that nobody has touched for long is gone, and its order is one all the same.
    with suppress(CartNotFoundError):
        take_out(cart_id=checkout.cart_id, quantities=quantities)


def _sold(checkout: Checkout, quantities: dict[int, int]) -> int:
    """The reservation by which the goods were sold. Raises OutOfStockError.

    A hold whose time is up is given back, and had once more if it can be; so is one of which stock, written by hand,
    knows nothing: people look after the stock, and no order waits for them.
    """
    reservation_id, reference = _hold(checkout), str(checkout.pk)
    try:
        commit(reservation_id=reservation_id, reference=reference)
    except (ReservationNotOpenError, StockDamagedError):
        release(reservation_id=reservation_id)
        reservation_id = reserve(quantities=quantities, lasts=_NO_TIME, reference=reference)
        commit(reservation_id=reservation_id)
    return reservation_id


def _hold(checkout: Checkout) -> int:
    assert checkout.reservation_id is not None, "the database lets nobody pay without a hold"  # noqa: S101
    return checkout.reservation_id


def _write_order(checkout: Checkout, lines: list[BasketLine]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [ORDER_NUMBERS])
        number = int(cursor.fetchone()[0])
    assert checkout.total is not None, "the database lets nobody pay without a total"  # noqa: S101
    order = Order.objects.create(
        id=checkout.pk,
        number=number,
        user_id=checkout.user_id,
        guest=checkout.guest,
        email=checkout.email,
        name=checkout.name,
        address=checkout.address,
        total=checkout.total,
        currency=checkout.currency,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            product_id=line.product_id,
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
            unit_price=line.unit_price,
        )
        for line in lines
    )
    Payment.objects.filter(key=checkout.payment_key).update(order=order)
