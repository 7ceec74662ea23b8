"""At login a guest's cart goes into the customer's.

No line is lost and none doubled: what both have adds up, to at most 99, and a second merge finds the guest's cart empty
and marked. The race: 1. two tabs log in at once with the same guest's cart, and both read its lines; 2. the first adds
them to the customer's, and commits; 3. the second reads the customer's lines, and adds the guest's again. Here the
customer's row is locked first, then the guest's cart, then the customer's own: the second waits, and finds nothing
left. Proved by tests/races/test_cart_merging.py, with the control.
"""

from typing import Final

from cart.cart_cache import CART_CACHE
from cart.models import Cart, CartLine
from cart.models.cart import MOST_OF_ONE
from cart.operations.carts import CartWrite, lock_customer, touch
from cart.operations.lines import MOST_LINES

# Two full carts fit, so nobody loses a line at login; whoever logs in again and again with full ones meets an end.
MOST_MERGED_LINES: Final = 2 * MOST_LINES


def merge_carts(*, guest_cart_id: int | None, user_id: int) -> CartWrite:
    """The customer's cart, with what the guest had put into theirs. A customer without one gets the guest's, or a new
    one. Another customer's cart is left alone. May be repeated."""
    with CART_CACHE.writing() as write:
        lock_customer(user_id)
        guest, own = _locked_guest_cart(guest_cart_id), _locked_own_cart(user_id)
        if own is None and guest is not None:
            Cart.objects.filter(pk=guest.pk).update(user_id=user_id)
            own, guest = guest, None
        if own is None:
            own = Cart.objects.create(user_id=user_id)
        if guest is not None:
            _move_lines(guest, own)
            Cart.objects.filter(pk=guest.pk).update(merged_into=own)
            write.wrote(guest.pk)
        write.wrote(own.pk)
        return CartWrite(own.pk, write, touch(own.pk))


def _locked_guest_cart(cart_id: int | None) -> Cart | None:
    """None where it belongs to a customer, or went into a customer's before."""
    cart = None if cart_id is None else Cart.objects.select_for_update().filter(pk=cart_id).first()
    return cart if cart is not None and cart.user_id is None and cart.merged_into_id is None else None


def _locked_own_cart(user_id: int) -> Cart | None:
    return Cart.objects.select_for_update().filter(user_id=user_id).first()


def _move_lines(guest: Cart, own: Cart) -> None:
    changed: list[CartLine] = []
    moved: list[CartLine] = []
    brought, mine = _lines_of(guest), {line.product_id: line for line in _lines_of(own)}
    for line in brought:
        if (same := mine.get(line.product_id)) is not None:
            same.quantity = min(same.quantity + line.quantity, MOST_OF_ONE)
            changed.append(same)
        elif len(mine) + len(moved) < MOST_MERGED_LINES:
            line.pk, line.cart = None, own
            moved.append(line)
    CartLine.objects.filter(cart=guest).delete()
    CartLine.objects.bulk_update(changed, ["quantity"])
    CartLine.objects.bulk_create(moved)


def _lines_of(cart: Cart) -> list[CartLine]:
    return list(cart.lines.order_by("added_at", "id"))
