"""At login a guest's cart goes into the customer's.

No line is doubled, and none is lost without a word: what both have adds up, what does not fit is left out, and the
answer names it by the piece. A second merge finds the guest's cart empty and marked. The race: 1. two tabs log in at
once with the same guest's cart, and both read its lines; 2. the first adds them to the customer's, and commits; 3. the
second reads the customer's lines, and adds the guest's again. Here the customer's row is locked first, then the guest's
cart, then the customer's own: the second waits, and finds nothing left. Proved by tests/races/test_cart_merging.py,
with the control, and tests/integration/test_cart_merging.py.
"""

from dataclasses import dataclass
from typing import Final

from cart.cart_cache import CART_CACHE
from cart.models import Cart, CartLine
from cart.models.cart import MOST_OF_ONE
from cart.operations.carts import CartWrite, lock_customer, touch
from inventory.operations import MOST_PRODUCTS

# What can be paid for at once: five full carts. So hardly anybody's line is left out at login, and there is an end.
MOST_MERGED_LINES: Final = MOST_PRODUCTS


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """`pieces` of a product that were in the guest's cart, and did not fit into the customer's; `kept` are there."""

    product_id: int
    name: str
    pieces: int
    kept: int

    @property
    def in_words(self) -> str:
        if self.kept:
            return f"{self.pieces} of {self.name}: there are {self.kept} in the cart, the most of one product."
        return f"{self.pieces} of {self.name}: at most {MOST_MERGED_LINES} different products fit into a cart."


@dataclass(slots=True)
class CartMerge(CartWrite):
    """`left_out` stands in the order in which the guest had added it."""

    left_out: tuple[LeftOut, ...] = ()


def merge_carts(*, guest_cart_id: int | None, user_id: int) -> CartMerge:
    """The customer's cart, with what the guest had put into theirs. A customer without one gets the guest's, or a new
    one. Another customer's cart is left alone. May be repeated: what did not fit is named once."""
    left_out: list[LeftOut] = []
    with CART_CACHE.writing() as write:
        lock_customer(user_id)
        guest, own = _locked_guest_cart(guest_cart_id), _locked_own_cart(user_id)
        if own is None and guest is not None:
            Cart.objects.filter(pk=guest.pk).update(user_id=user_id)
            own, guest = guest, None
        if own is None:
            own = Cart.objects.create(user_id=user_id)
        if guest is not None:
            left_out = _move_lines(guest, own)
            Cart.objects.filter(pk=guest.pk).update(merged_into=own)
            write.wrote(guest.pk)
        write.wrote(own.pk)
        return CartMerge(own.pk, write, touch(own.pk), tuple(left_out))


def _locked_guest_cart(cart_id: int | None) -> Cart | None:
    """None where it belongs to a customer, or went into a customer's before."""
    cart = None if cart_id is None else Cart.objects.select_for_update().filter(pk=cart_id).first()
    return cart if cart is not None and cart.user_id is None and cart.merged_into_id is None else None


def _locked_own_cart(user_id: int) -> Cart | None:
    return Cart.objects.select_for_update().filter(user_id=user_id).first()


def _move_lines(guest: Cart, own: Cart) -> list[LeftOut]:
    """Empty the guest's cart into the customer's; the answer is what did not fit."""
    changed: list[CartLine] = []
    moved: list[CartLine] = []
    left_out: list[LeftOut] = []
    brought, mine = _lines_of(guest), {line.product_id: line for line in _lines_of(own)}
    for line in brought:
        kept, pieces = 0, line.quantity
        if (same := mine.get(line.product_id)) is not None:
            kept = min(same.quantity + line.quantity, MOST_OF_ONE)
            pieces = same.quantity + line.quantity - kept
            same.quantity = kept
            changed.append(same)
        elif len(mine) + len(moved) < MOST_MERGED_LINES:
            kept, pieces = line.quantity, 0
            line.pk, line.cart = None, own
            moved.append(line)
        if pieces:
            left_out.append(LeftOut(product_id=line.product_id, name=line.name_when_added, pieces=pieces, kept=kept))
    CartLine.objects.filter(cart=guest).delete()
    CartLine.objects.bulk_update(changed, ["quantity"])
    CartLine.objects.bulk_create(moved)
    return left_out


def _lines_of(cart: Cart) -> list[CartLine]:
    return list(cart.lines.order_by("added_at", "id"))
