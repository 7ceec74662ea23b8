"""Checkout: a cart becomes an order, once, or nothing at all.

    with the key of the caller              each process may be killed between any two of these
    1  one transaction                      record, lock the cart, price it, hold the goods: "paying"
    2  no transaction, no row lock          ask the payment provider, 3 s at most
    3  one transaction                      write the order, empty the cart, sell the held goods: "completed"

Nothing here is read from a cache: prices and stock that decide are the database's.

Invariants:
1. One key, one order: the key is unique for its owner, and whoever comes second gets what the first came to.
2. Whatever is charged becomes an order or is given back. What a killed process leaves is settled by `settle_due`, which
   asks the provider by the payment's key, after telling it never to charge that key if it has not yet.
3. Every step that moves a checkout looks at its state under its row's lock, so that each may run twice and at once.
4. Locks are taken in one order: the checkout, the cart, the reservation, stock by product.

Proved by tests/integration/test_checkout*.py and tests/failures/test_checkout*.py.
"""

from cart.checkout.answers import CheckoutAnswer
from cart.checkout.operation import check_out
from cart.checkout.ownership import take_orders_along
from cart.checkout.refusals import (
    CartEmptyError,
    CheckoutInProgressError,
    CheckoutRefusedError,
    GoodsShortError,
    KeyInvalidError,
    KeyMissingError,
    KeyReusedError,
    PaymentDeclinedError,
    PriceChangedError,
    ShortGoods,
    TotalTooLargeError,
)
from cart.checkout.request import CheckoutRequest
from cart.checkout.settling import payment_answered, settle_due
from cart.payments.card_number import InvalidCardError

__all__ = [
    "CartEmptyError",
    "CheckoutAnswer",
    "CheckoutInProgressError",
    "CheckoutRefusedError",
    "CheckoutRequest",
    "GoodsShortError",
    "InvalidCardError",
    "KeyInvalidError",
    "KeyMissingError",
    "KeyReusedError",
    "PaymentDeclinedError",
    "PriceChangedError",
    "ShortGoods",
    "TotalTooLargeError",
    "check_out",
    "payment_answered",
    "settle_due",
    "take_orders_along",
]
