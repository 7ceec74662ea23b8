"""The tables of carts. Each file says which cache entry its table owns and who raises that entry's version."""

from cart.models.cart import Cart, CartLine

__all__ = [
    "Cart",
    "CartLine",
]
