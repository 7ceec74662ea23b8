"""How a cart comes out of the database.

Invariant: the cart's version and its lines are read by one statement, so that lines can't be paired with the version of
another moment. Proved by tests/races/test_cart_lines.py, with the control that reads them by two.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from django.db import connection

from cart.snapshots import CartLineSnapshot, CartSnapshot
from shop.caching.entry import Versioned

_CARTS = """
    SELECT cart.id, cart.version, line.product_id, line.quantity, line.name_when_added, line.price_when_added,
           line.currency, line.added_at
    FROM cart_cart AS cart LEFT JOIN cart_cartline AS line ON line.cart_id = cart.id
    WHERE cart.id = ANY(%s)
    ORDER BY cart.id, line.added_at, line.id
"""


def load_carts(ids: Sequence[int]) -> Mapping[int, Versioned[CartSnapshot]]:
    """The carts with these ids, each with its lines, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CARTS, [list(ids)])
        rows = cursor.fetchall()
    found: dict[int, Versioned[CartSnapshot]] = {}
    for (cart_id, version), lines in groupby(rows, key=lambda row: row[:2]):
        held = tuple(CartLineSnapshot(*line[2:]) for line in lines if line[2] is not None)
        found[cart_id] = Versioned(version, CartSnapshot(cart_id, held))
    return found
