"""A cart as a whole: made, found, locked, and changed in one way by all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import connection

from cart.cart_cache import CART_CACHE
from cart.models import Cart
from shop.caching.write_through import Outcome, Write


class CartNotFoundError(LookupError):
    """There is no such cart: nobody has touched it for 30 days."""


@dataclass(slots=True)
class CartWrite:
    """What a write came to. `cart_id` is the cart that was written, which may be the one that the asked for went into;
    `version` is the version that it then had."""

    cart_id: int
    write: Write
    version: int = 0

    @property
    def outcome(self) -> Outcome:
        """Pending until the outermost transaction has committed."""
        return self.write.outcome

    @property
    def lost(self) -> bool:
        """Whether the cache may still show the cart of before, for a while."""
        return self.outcome is Outcome.LOST


@contextmanager
def changing_cart(cart_id: int) -> Iterator[CartWrite]:
    """Change lines inside, with the cart locked; it counts as touched. Raises CartNotFoundError."""
    with CART_CACHE.writing() as write:
        change = CartWrite(locked_cart(cart_id=cart_id), write)
        write.wrote(change.cart_id)
        yield change
        change.version = touch(change.cart_id)


def locked_cart(*, cart_id: int) -> int:
    """Lock the cart in the caller's transaction; the answer is the cart that it went into, if it did.

    A guest's cart is locked before the customer's that it went into, as merging does. Raises CartNotFoundError.
    """
    cart = Cart.objects.select_for_update().filter(pk=cart_id).only("id", "merged_into_id").first()
    if cart is None:
        raise CartNotFoundError(f"There is no cart {cart_id}.")
    if cart.merged_into_id is None:
        return cart.pk
    try:
        return locked_cart(cart_id=cart.merged_into_id)
    except CartNotFoundError:
        # The customer's is gone: this one stands for itself again.
        Cart.objects.filter(pk=cart.pk).update(merged_into=None)
        return cart.pk


def touch(cart_id: int) -> int:
    """Say that somebody was here; returns the version that the cart has in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cart_cart SET touched_at = statement_timestamp() WHERE id = %s RETURNING version", [cart_id]
        )
        return int(cursor.fetchone()[0])


def create_cart(*, user_id: int | None = None) -> int:
    """The id of a new, empty cart; for a customer that of theirs, if there is one."""
    with CART_CACHE.writing() as write:
        if user_id is not None:
            lock_customer(user_id)
            if (own := Cart.objects.filter(user_id=user_id).values_list("id", flat=True).first()) is not None:
                return own
        cart = Cart.objects.create(user_id=user_id)
        write.wrote(cart.pk)
        return cart.pk


def open_cart(*, cart_id: int | None, user_id: int | None) -> int:
    """The known cart while it is there, wherever it went; else a new one, or the customer's."""
    if cart_id is not None and Cart.objects.filter(pk=cart_id).exists():
        return cart_id
    return create_cart(user_id=user_id)


def lock_customer(user_id: int) -> None:
    """One at a time makes or adopts the cart of a customer."""
    get_user_model().objects.select_for_update(no_key=True).filter(pk=user_id).values_list("pk", flat=True).first()
