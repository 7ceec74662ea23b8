"""The first step: record the checkout, price the cart and hold its goods, in one transaction.

A refusal rolls all of it back, so that the key is free for the next try. Two requests with one key meet at the unique
key of the record, or at the lock of one that was abandoned: the second waits there until the first has committed, and
then finds it, or hears after two seconds that it is in progress.
"""

from datetime import timedelta
from typing import Final

from django.db import OperationalError, transaction
from django.utils import timezone

from cart.checkout.basket import Basket, read_basket
from cart.checkout.idempotency import body_hash, find_checkout
from cart.checkout.refusals import (
    CartEmptyError,
    CheckoutInProgressError,
    GoodsShortError,
    PriceChangedError,
    ShortGoods,
    TotalTooLargeError,
)
from cart.checkout.request import CheckoutRequest
from cart.checkout.sync_points import Point, reached
from cart.models import Cart, Checkout, Payment
from cart.models.checkout import LARGEST_TOTAL
from cart.operations import CartNotFoundError, locked_cart
from cart.owner import Owner
from inventory.operations import OutOfStockError, reserve
from shop.events.retry import retried

# Longer than the provider and the sweeper need together, shorter than people wait for goods that somebody holds.
HELD_FOR: Final = timedelta(minutes=5)
_LOCK_NOT_AVAILABLE: Final = "55P03"

State = Checkout.State


@retried
def start(*, owner: Owner, cart_id: int, key: str, request: CheckoutRequest) -> tuple[Checkout, bool]:
    """The checkout of this key, and whether it is the caller's to pay; else somebody else has been quicker.

    Raises KeyReusedError, CheckoutInProgressError, CartEmptyError, GoodsShortError, TotalTooLargeError and
    PriceChangedError.
    """
    with transaction.atomic():
        checkout, is_new = _recorded(owner=owner, cart_id=cart_id, key=key, request=request)
        if not is_new:
            return checkout, False
        reached(Point.RECORDED)
        basket = _priced(checkout, request)
        reached(Point.PRICED)
        _prepare_payment(checkout, basket)
        # Last, since other buyers of the goods wait from here to the commit.
        checkout.reservation_id = _reserved(checkout, basket)
        reached(Point.RESERVED)
        checkout.save()
    reached(Point.PAYING)
    return checkout, True


def _recorded(*, owner: Owner, cart_id: int, key: str, request: CheckoutRequest) -> tuple[Checkout, bool]:
    """The record, locked; an abandoned one starts again, with another key for the provider."""
    body = body_hash(request)
    mine = Checkout(
        user_id=owner.user_id,
        guest="" if owner.user_id is not None else owner.guest,
        key=key,
        body_hash=body,
        cart_id=cart_id,
        email=request.email,
        name=request.name,
        address=request.address,
        card_last4=request.card[-4:],
    )
    try:
        Checkout.objects.bulk_create([mine], ignore_conflicts=True)
        found = find_checkout(owner=owner, key=key, body=body, lock=True)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise CheckoutInProgressError from error
        raise
    if found is None:
        raise CheckoutInProgressError
    if found.pk == mine.pk:
        return found, True
    if found.state != State.ABANDONED:
        return found, False
    found.attempt += 1
    found.cart_id = cart_id
    return found, True


def _priced(checkout: Checkout, request: CheckoutRequest) -> Basket:
    """Lock the cart, and look at what is in it."""
    try:
        checkout.cart_id = locked_cart(cart_id=checkout.cart_id)
    except CartNotFoundError as error:
        raise CartEmptyError from error
    if Cart.objects.values_list("user_id", flat=True).get(pk=checkout.cart_id) not in (None, checkout.user_id):
        # A guest's request was on its way while another window logged in: the goods are the customer's by now, and an
        # order of the guest's would be one that nobody finds.
        raise CheckoutInProgressError
    if Checkout.objects.filter(cart_id__in=_carts_within(checkout.cart_id), state=State.PAYING).exists():
        # Two windows, two keys, one cart: whoever pays twice for the same goods did not mean to.
        raise CheckoutInProgressError
    basket = read_basket(cart_id=checkout.cart_id)
    if basket.unavailable:
        raise GoodsShortError(basket.unavailable)
    if not basket.lines:
        raise CartEmptyError
    if basket.total > LARGEST_TOTAL:
        raise TotalTooLargeError(total=basket.total, most=LARGEST_TOTAL, currency=basket.currency)
    expected = request.expected_total
    if expected is not None and expected != basket.total:
        raise PriceChangedError(expected_total=expected, total=basket.total, currency=basket.currency)
    return basket


def _carts_within(cart_id: int) -> list[int]:
    """The cart, and those that went into it at a login: their goods are paid for as well."""
    return [cart_id, *Cart.objects.filter(merged_into=cart_id).values_list("id", flat=True)]


def _reserved(checkout: Checkout, basket: Basket) -> int:
    try:
        return reserve(quantities=basket.quantities, lasts=HELD_FOR, reference=str(checkout.pk))
    except OutOfStockError as error:
        names = {line.product_id: line.name for line in basket.lines}
        raise GoodsShortError(
            [
                ShortGoods(
                    product_id=one.product_id, name=names[one.product_id], wanted=one.wanted, available=one.available
                )
                for one in error.short
            ]
        ) from error


def _prepare_payment(checkout: Checkout, basket: Basket) -> None:
    now = timezone.now()
    checkout.state = State.PAYING
    checkout.payment_key = f"{checkout.pk}/{checkout.attempt}"
    checkout.lines = [line.as_json() for line in basket.lines]
    checkout.total, checkout.currency = basket.total, basket.currency
    checkout.in_doubt, checkout.outcome = False, ""
    checkout.paying_since = checkout.changed_at = now
    Payment.objects.create(
        checkout=checkout,
        key=checkout.payment_key,
        amount=basket.total,
        currency=basket.currency,
        card_last4=checkout.card_last4,
        asked_at=now,
    )
