"""The cart's part of the JSON API. Whose cart it is, the session cookie says; no address names a cart."""

from functools import partial

from django.http import HttpRequest
from django.views.decorators.cache import cache_control
from ninja import Router

from cart.operations import remove, set_quantity
from cart.schemas import CartOut, QuantityIn, cart_out
from cart.visitors import change_cart, contents_of

router = Router(tags=["cart"])
# One person's answers are nobody else's, and are kept by no browser or proxy.
router.add_decorator(cache_control(private=True, no_store=True), mode="view")


@router.get("", response=CartOut, url_name="cart", summary="The visitor's cart")
def cart(request: HttpRequest) -> CartOut:
    """Always with the visitor's own last change, whichever process made it. Prices and stock are those of now."""
    return cart_out(contents_of(request))


@router.put("/items/{int:product_id}", response=CartOut, url_name="cart-item", summary="Set how many there are of one")
def put_item(request: HttpRequest, product_id: int, item: QuantityIn) -> CartOut:
    """Puts the product into the cart if it is not there; 0 takes it out. Sending it twice is the same as once."""
    change = partial(set_quantity, product_id=product_id, quantity=item.quantity)
    return cart_out(contents_of(request, after=change_cart(request, change, make=item.quantity > 0)))


@router.delete("/items/{int:product_id}", response=CartOut, summary="Take a product out")
def delete_item(request: HttpRequest, product_id: int) -> CartOut:
    """Answers the cart, also when the product was not in it."""
    change = partial(remove, product_id=product_id)
    return cart_out(contents_of(request, after=change_cart(request, change, make=False)))
