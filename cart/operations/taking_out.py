"""What was bought leaves the cart, by two statements however much it was: the cart is locked meanwhile.

The condition stands in the statement that writes: what somebody has put past the operations meanwhile, without the
cart's lock, is not thrown away with the rest. Proved by tests/integration/test_cart_operations.py, and the number of
statements by tests/integration/test_checkout_statements.py.
"""

from collections.abc import Mapping
from typing import Final

from django.db import connection

from cart.operations.carts import CartWrite, changing_cart

_ALL: Final = """
    DELETE FROM cart_cartline AS line
    USING unnest(%(products)s::bigint[], %(quantities)s::int[]) AS bought (product_id, quantity)
    WHERE line.cart_id = %(cart)s AND line.product_id = bought.product_id AND line.quantity <= bought.quantity
"""
_SOME: Final = """
    UPDATE cart_cartline AS line SET quantity = line.quantity - bought.quantity
    FROM unnest(%(products)s::bigint[], %(quantities)s::int[]) AS bought (product_id, quantity)
    WHERE line.cart_id = %(cart)s AND line.product_id = bought.product_id AND line.quantity > bought.quantity
"""


def take_out(*, cart_id: int, quantities: Mapping[int, int]) -> CartWrite:
    """Take out what was bought, at most what is there; what was added meanwhile stays. Raises CartNotFoundError."""
    with changing_cart(cart_id) as change, connection.cursor() as cursor:
        bought: dict[str, int | list[int]] = {
            "cart": change.cart_id,
            "products": list(quantities),
            "quantities": list(quantities.values()),
        }
        # In this order: what the second leaves may be less than was bought, and the first would take that too.
        cursor.execute(_ALL, bought)
        cursor.execute(_SOME, bought)
    return change
