"""The cart's writes. Each is one transaction, and passes through the cache.

Invariants: the cart's row is locked before its lines, so two tabs queue up instead of overwriting each other; whoever
has the id of a guest's cart that went into a customer's writes into the customer's, found under the lock; stock limits
nothing here, because checkout decides. A refused change changes nothing.
Proved by tests/integration/test_cart_operations.py, test_cart_merging.py and tests/races/test_cart_two_tabs.py.
"""

from cart.operations.carts import CartNotFoundError, CartWrite, create_cart, locked_cart, open_cart
from cart.operations.forgetting import delete_forgotten_carts
from cart.operations.lines import QuantityError, add, remove, set_quantity
from cart.operations.merging import CartMerge, LeftOut, merge_carts
from cart.operations.taking_out import take_out
from catalog.operations import ProductNotFoundError

__all__ = [
    "CartMerge",
    "CartNotFoundError",
    "CartWrite",
    "LeftOut",
    "ProductNotFoundError",
    "QuantityError",
    "add",
    "create_cart",
    "delete_forgotten_carts",
    "locked_cart",
    "merge_carts",
    "open_cart",
    "remove",
    "set_quantity",
    "take_out",
]
