"""Logins at the same moment: with the same guest's cart, with two of them, and beside a tab that goes on adding."""

from itertools import count

import pytest
from django.contrib.auth.models import User

from cart.models import Cart, CartLine
from cart.operations import add, create_cart, merge_carts, merging, set_quantity
from tests.goods import Goods
from tests.integration.carts import held
from tests.races.actors import Stage, interleavings, point

NAMES = count()
read_lines = merging._lines_of


def lines_after_a_stop(cart: Cart) -> list[CartLine]:
    lines = read_lines(cart)
    point("has read")
    return lines


def log_in(guest_cart_id: int, user_id: int) -> None:
    point("begin")
    merge_carts(guest_cart_id=guest_cart_id, user_id=user_id)


def two_carts(goods: Goods) -> tuple[int, int, int]:
    """A customer, their cart with two pieces, and a guest's with three of the same."""
    user_id = User.objects.create_user(f"user-{next(NAMES)}").pk
    own, guest = create_cart(user_id=user_id), create_cart()
    set_quantity(cart_id=own, product_id=goods.id, quantity=2)
    set_quantity(cart_id=guest, product_id=goods.id, quantity=3)
    return user_id, own, guest


@pytest.mark.parametrize("locked", [True, False], ids=["with locks", "control: without"])
def test_two_tabs_that_log_in_at_once_merge_once(
    goods: Goods, stage: Stage, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    if not locked:
        monkeypatch.setattr(merging, "lock_customer", lambda user_id: None)
        monkeypatch.setattr(merging, "_locked_guest_cart", lambda cart_id: Cart.objects.get(pk=cart_id))
        monkeypatch.setattr(merging, "_locked_own_cart", lambda user_id: Cart.objects.get(user_id=user_id))
    monkeypatch.setattr(merging, "_lines_of", lines_after_a_stop)
    came_to = set()

    for order in interleavings({"one": 3, "other": 3}, most=20):
        user_id, own, guest = two_carts(goods)
        stage.play({tab: lambda: log_in(guest, user_id) for tab in ("one", "other")}, order)  # noqa: B023
        came_to.add(held(own)[goods.id])

    assert (came_to == {5}) is locked
    assert locked or 8 in came_to


def test_a_tab_that_adds_while_another_logs_in_loses_nothing(
    goods: Goods, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "_lines_of", lines_after_a_stop)

    def put(cart_id: int) -> None:
        point("begin")
        add(cart_id=cart_id, product_id=goods.id, quantity=1)
        point("between")
        add(cart_id=cart_id, product_id=goods.id, quantity=1)

    for order in interleavings({"logs in": 3, "adds": 3}, most=20):
        user_id, own, guest = two_carts(goods)
        stage.play({"logs in": lambda: log_in(guest, user_id), "adds": lambda: put(guest)}, order)  # noqa: B023

        assert held(own) == {goods.id: 7}
        assert held(guest) == {}


@pytest.mark.parametrize("has_cart", [True, False])
def test_two_guests_who_are_one_customer_end_with_one_cart(
    goods: Goods, stage: Stage, monkeypatch: pytest.MonkeyPatch, has_cart: bool
) -> None:
    monkeypatch.setattr(merging, "_lines_of", lines_after_a_stop)

    for order in interleavings({"one": 3, "other": 3}, most=20):
        user_id = User.objects.create_user(f"user-{next(NAMES)}").pk
        if has_cart:
            create_cart(user_id=user_id)
        guests = [create_cart(), create_cart()]
        for guest in guests:
            add(cart_id=guest, product_id=goods.id, quantity=3)
        stage.play(
            {
                "one": lambda: log_in(guests[0], user_id),  # noqa: B023
                "other": lambda: log_in(guests[1], user_id),  # noqa: B023
            },
            order,
        )

        assert held(Cart.objects.get(user_id=user_id).pk) == {goods.id: 6}
