"""Whose cart it is: the HTTP side of the cart. Nobody else reads or writes these keys of the session.

    cart         the id of the visitor's cart, from their first write or login on
    cart_floor   [id, version]: what they wrote while the cache did not take it; kept until the cache has reached it
    cart_day     the day of the last write, by its number: the cookie lives 30 days from there, and is sent once a day
    cart_alone   set while a guest's cart waits to be merged, because the database was busy at login
    guest        a random token that owns a guest's orders, made with the cart; kept after a login, since a payment in
                 another window may still become an order of this guest

Invariants: a cart's id never leaves the server, so nobody reaches the cart of somebody else, and who may not log in any
more does not reach their own; a visitor who only looks gets no session, and one in which nothing changed is not saved.
Proved by tests/integration/test_cart_visitors.py.
"""

import logging
import secrets
from typing import Any, Final, Protocol

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.db import DatabaseError, InterfaceError, transaction
from django.http import HttpRequest
from django.utils import timezone

from cart.checkout import take_orders_along
from cart.contents import CartContents, cart_contents
from cart.left_out import note_left_out
from cart.operations import CartWrite, merge_carts, open_cart
from cart.owner import Owner

logger = logging.getLogger(__name__)

CART: Final = "cart"
FLOOR: Final = "cart_floor"
DAY: Final = "cart_day"
ALONE: Final = "cart_alone"
GUEST: Final = "guest"


class Change(Protocol):
    """One of cart/operations, with everything told but the cart."""

    def __call__(self, *, cart_id: int) -> CartWrite: ...


def cart_id_of(request: HttpRequest) -> int | None:
    """The visitor's cart, to write into it or to pay for it; None for who has not put anything into one."""
    _forget_who_is_gone(request)
    return _shown_cart(request)


def _shown_cart(request: HttpRequest) -> int | None:
    """The same, to look at it: nobody is asked who the customer is, so that a page of a warm cart costs no query."""
    if ALONE in request.session or CART not in request.session:
        _merge(request, _customer_of(request))
    found = request.session.get(CART)
    return None if found is None else int(found)


def change_cart(request: HttpRequest, change: Change, *, make: bool = True) -> CartWrite | None:
    """Make one change in the visitor's cart, which is made with it if there is none yet; raises what the change raises,
    and then leaves no cart behind. With `make=False` there is nothing to change in no cart, and the answer is None.

        change_cart(request, partial(add, product_id=7, quantity=1))
    """
    known = cart_id_of(request)
    if known is None and not make:
        return None
    with transaction.atomic():
        cart_id = open_cart(cart_id=known, user_id=_customer_of(request))
        write = change(cart_id=cart_id)
    if cart_id != known:
        request.session[CART] = cart_id
        # With the cart, and not when it is paid: two clicks at once would make a token each, and be two owners.
        owner_of(request, make=True)
    today = timezone.now().toordinal()
    if request.session.get(DAY) != today:
        request.session[DAY] = today
    _remember(request, write)
    return write


def contents_of(request: HttpRequest, *, after: CartWrite | None = None) -> CartContents:
    """What is in the visitor's cart, their own last write included; after a change, in the cart that was changed."""
    if after is not None:
        return cart_contents(cart_id=after.cart_id, floor=after.version if after.lost else 0)
    cart_id = _shown_cart(request)
    contents = cart_contents(cart_id=cart_id, floor=_floor_of(request, cart_id))
    if contents.floor_reached and FLOOR in request.session:
        del request.session[FLOOR]
    return contents


def guest_of(request: HttpRequest, *, make: bool = False) -> str:
    """The token that owns this visitor's orders while they are a guest; "" for none."""
    if make and GUEST not in request.session:
        request.session[GUEST] = secrets.token_urlsafe(24)
    return str(request.session.get(GUEST, ""))


def owner_of(request: HttpRequest, *, make: bool = False) -> Owner:
    """Whose orders this visitor sees; `make` gives a guest a token, for an order that is about to be placed."""
    _forget_who_is_gone(request)
    user_id = _customer_of(request)
    if user_id is not None:
        _take_orders_along(request, user_id)
    return Owner(user_id, guest_of(request, make=make and user_id is None))


def listen() -> None:
    """Merge at every login, whichever page it happens on."""
    user_logged_in.connect(_logged_in, dispatch_uid="cart")


def _logged_in(request: HttpRequest, user: AbstractBaseUser, **told: Any) -> None:
    _merge(request, user.pk)
    _take_orders_along(request, user.pk)


def _take_orders_along(request: HttpRequest, user_id: int) -> None:
    """At the login, and whenever orders are asked for: those that were paid meanwhile, or left while the database was
    busy. The session stays the guest as well; a logout and a change of customers empty it."""
    try:
        take_orders_along(guest=guest_of(request), user_id=user_id)
    except (DatabaseError, InterfaceError) as error:
        logger.warning("a guest's orders were not taken along: %s", error)


def _merge(request: HttpRequest, user_id: int | None) -> None:
    """The guest's cart goes into the customer's. While the database is busy it stays the visitor's, and is tried again
    whenever the cart is asked for: nobody is kept from logging in by a cart."""
    if user_id is None:
        return
    try:
        merged = merge_carts(guest_cart_id=request.session.get(CART), user_id=user_id)
    except (DatabaseError, InterfaceError) as error:
        logger.warning("a guest's cart waits to be merged: %s", error)
        if ALONE not in request.session:
            request.session[ALONE] = True
        return
    request.session[CART] = merged.cart_id
    request.session.pop(ALONE, None)
    note_left_out(request, merged.left_out)
    _remember(request, merged)


def _forget_who_is_gone(request: HttpRequest) -> None:
    """A session that names a customer whom Django lets in no more, a deactivated one, ends with the next thing that it
    wants done: its cart is theirs."""
    if SESSION_KEY in request.session and not request.user.is_authenticated:
        request.session.flush()


def _customer_of(request: HttpRequest) -> int | None:
    return request.user.pk if request.user.is_authenticated else None


def _remember(request: HttpRequest, write: CartWrite) -> None:
    if write.lost:
        request.session[FLOOR] = [write.cart_id, write.version]


def _floor_of(request: HttpRequest, cart_id: int | None) -> int:
    written, version = request.session.get(FLOOR, (None, 0))
    return int(version) if written == cart_id else 0
