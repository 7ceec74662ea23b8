"""Carts: write-through, 1 h; the row lives 30 days. A shopper reads the cart on the next page after every change, so a
write returns when the database and the cache both hold it. No stale grace: nobody is shown an old cart, for a moment
either. Reading goes through the cache too: its one loader is also what a write puts.
"""

from cart.loaders import load_carts
from cart.snapshots import CartSnapshot
from shop.caching.policy import Pattern, Policy
from shop.caching.read_through import ReadThrough
from shop.caching.write_through import WriteThrough

CART_POLICY = Policy(
    name="cart",
    pattern=Pattern.WRITE_THROUGH,
    schema=1,
    ttl=3600,
    negative_ttl=30,
)


class CartCache(ReadThrough[CartSnapshot], WriteThrough[CartSnapshot]):
    """Read-through and write-through, around one loader."""

    pattern = Pattern.WRITE_THROUGH


CART_CACHE = CartCache(CART_POLICY, CartSnapshot, load=load_carts)
