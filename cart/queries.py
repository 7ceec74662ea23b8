"""Reads of the cart, through its cache. Whose cart it is, cart/visitors.py knows."""

from typing import Final

from cart.cart_cache import CART_CACHE
from cart.snapshots import CartSnapshot
from shop.caching.results import Status

NO_CART: Final = CartSnapshot(0, ())


def get_cart(*, cart_id: int | None, floor: int = 0) -> CartSnapshot:
    """The cart; an empty one for None, and where there is no such row.

    `floor` is the lowest version that may be shown: what this visitor wrote while the cache did not take it.
    """
    return read_cart(cart_id=cart_id, floor=floor)[0]


def read_cart(*, cart_id: int | None, floor: int = 0) -> tuple[CartSnapshot, bool]:
    """The cart, and whether the cache itself has reached the floor: from then on it need not be carried along."""
    if cart_id is None:
        return NO_CART, True
    result = CART_CACHE.get(cart_id, floor=floor)
    reached = result.status is Status.HIT and result.version >= floor
    return NO_CART if result.value is None else result.value, reached
