"""Orders, checkouts and carts behind the counter. Nothing here writes but through the operations."""

from cart.admin import cart, checkout, order

__all__ = ["cart", "checkout", "order"]
