"""The tables of carts, checkouts and orders. Each file says which cache entry its table owns, if any, and who raises
that entry's version."""

from cart.models.cart import Cart, CartLine
from cart.models.checkout import Checkout, MockCharge, Payment
from cart.models.order import Order, OrderLine

__all__ = [
    "Cart",
    "CartLine",
    "Checkout",
    "MockCharge",
    "Order",
    "OrderLine",
    "Payment",
]
