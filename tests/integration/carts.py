"""What a cart holds, for the cart's tests."""

from cart.models import CartLine
from cart.queries import get_cart


def rows_of(cart_id: int) -> dict[int, int]:
    """Product and quantity of each line, from the table."""
    return dict(CartLine.objects.filter(cart_id=cart_id).values_list("product_id", "quantity"))


def held(cart_id: int) -> dict[int, int]:
    """Product and quantity of each line as the cache shows them, which must be what the table says."""
    shown = {line.product_id: line.quantity for line in get_cart(cart_id=cart_id).lines}
    assert shown == rows_of(cart_id)
    return shown
