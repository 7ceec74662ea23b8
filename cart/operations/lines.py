"""What shoppers put into their cart and take out of it."""

from typing import Final

from django.core.exceptions import ValidationError

from cart.models import CartLine
from cart.models.cart import MOST_OF_ONE
from cart.operations.carts import CartWrite, changing_cart
from catalog.operations import ProductNotFoundError
from catalog.queries import LARGEST_ID, get_price, get_product

MOST_LINES: Final = 100


class QuantityError(ValidationError):
    """More, or less, than a cart takes; nothing was changed."""

    def __init__(self, problem: str) -> None:
        super().__init__({"quantity": [problem]})


def add(*, cart_id: int, product_id: int, quantity: int) -> CartWrite:
    """Put `quantity` more pieces into the cart, 1 to 99: two tabs that do so at once both count.

    Raises QuantityError, ProductNotFoundError and CartNotFoundError.
    """
    _check(quantity, at_least=1)
    with changing_cart(cart_id) as change:
        line = _line(change.cart_id, product_id)
        held = 0 if line is None else line.quantity
        if held + quantity > MOST_OF_ONE:
            raise QuantityError(f"At most {MOST_OF_ONE} pieces of a product: the cart has {held} already.")
        _put(change.cart_id, product_id, line, held + quantity)
    return change


def set_quantity(*, cart_id: int, product_id: int, quantity: int) -> CartWrite:
    """Have exactly `quantity` pieces in the cart; 0 takes the line out.

    Raises QuantityError and CartNotFoundError, and ProductNotFoundError unless something is taken out.
    """
    _check(quantity, at_least=0)
    if quantity == 0:
        return remove(cart_id=cart_id, product_id=product_id)
    with changing_cart(cart_id) as change:
        _put(change.cart_id, product_id, _line(change.cart_id, product_id), quantity)
    return change


def remove(*, cart_id: int, product_id: int) -> CartWrite:
    """Take a product out, whether or not it is there or still sold. Raises CartNotFoundError."""
    with changing_cart(cart_id) as change:
        if 0 < product_id <= LARGEST_ID:
            CartLine.objects.filter(cart_id=change.cart_id, product_id=product_id).delete()
    return change


def _check(quantity: int, *, at_least: int) -> None:
    if type(quantity) is not int or not at_least <= quantity <= MOST_OF_ONE:
        raise QuantityError(f"A whole number from {at_least} to {MOST_OF_ONE}.")


def _line(cart_id: int, product_id: int) -> CartLine | None:
    if not 0 < product_id <= LARGEST_ID:
        return None
    return CartLine.objects.filter(cart_id=cart_id, product_id=product_id).first()


def _put(cart_id: int, product_id: int, line: CartLine | None, quantity: int) -> None:
    """Inside the transaction the catalog is read from the database, past its caches."""
    product = get_product(product_id=product_id)
    if product is None:
        raise ProductNotFoundError(f"There is no product {product_id}.")
    if line is not None:
        CartLine.objects.filter(pk=line.pk).update(quantity=quantity)
        return
    if CartLine.objects.filter(cart_id=cart_id).count() >= MOST_LINES:
        raise QuantityError(f"At most {MOST_LINES} different products fit into a cart.")
    price = get_price(product_id=product_id)
    CartLine.objects.create(
        cart_id=cart_id,
        product_id=product_id,
        quantity=quantity,
        name_when_added=product.name,
        price_when_added=None if price is None else price.amount,
        currency="" if price is None else price.currency,
    )
