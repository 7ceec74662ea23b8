"""Whose cart it is: sessions, login, logout, other browsers; a busy database, and a cache that takes nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from django.utils import timezone

from cart import visitors
from cart.models import Cart, Order
from cart.operations import delete_forgotten_carts
from inventory.operations import receive
from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError
from shop.wiring import make_ground
from tests.goods import Goods
from tests.integration.carts import rows_of
from tests.integration.test_checkout_api import post

JSON = "application/json"


@pytest.fixture
def ann(goods: Goods) -> User:
    return User.objects.create_user("ann", password="plums and cherries")


def browser() -> Client:
    return Client(raise_request_exception=False)


def put(client: Client, product_id: int, quantity: int) -> Any:
    body = json.dumps({"quantity": quantity})
    answer = client.put(f"/api/cart/items/{product_id}", body, content_type=JSON)
    assert answer.status_code == 200, answer.content
    return answer


def seen(client: Client) -> dict[int, int]:
    return {item["product"]["id"]: item["quantity"] for item in client.get("/api/cart").json()["items"]}


def test_a_guests_cart_merges_at_login_and_is_there_in_every_browser(goods: Goods, ann: User) -> None:
    home, work = browser(), browser()
    home.force_login(ann)
    put(home, goods.ids[0], 1)
    put(work, goods.ids[0], 2)
    put(work, goods.ids[1], 5)

    work.force_login(ann)

    assert seen(work) == {goods.ids[0]: 3, goods.ids[1]: 5}
    assert seen(home) == seen(work)


def test_a_second_browser_sees_the_cart_that_the_first_has_begun_after_both_logged_in(goods: Goods, ann: User) -> None:
    home, work = browser(), browser()
    home.force_login(ann)
    work.force_login(ann)

    put(home, goods.id, 4)

    assert seen(work) == {goods.id: 4}


def test_logging_in_twice_doubles_nothing(goods: Goods, ann: User) -> None:
    client = browser()
    put(client, goods.id, 2)

    for _ in range(3):
        client.force_login(ann)

    assert seen(client) == {goods.id: 2}


def test_logout_leaves_no_cart_behind_and_login_brings_it_back(goods: Goods, ann: User) -> None:
    client = browser()
    put(client, goods.id, 2)
    client.force_login(ann)

    client.logout()
    assert seen(client) == {}
    put(client, goods.ids[1], 1)
    client.force_login(ann)

    assert seen(client) == {goods.ids[0]: 2, goods.ids[1]: 1}


def test_who_logs_in_after_somebody_else_does_not_get_their_cart(goods: Goods, ann: User) -> None:
    client = browser()
    client.force_login(ann)
    put(client, goods.id, 2)

    client.force_login(User.objects.create_user("bob"))

    assert seen(client) == {}
    assert rows_of(Cart.objects.get(user=ann).pk) == {goods.id: 2}


def test_a_customer_who_was_deactivated_changes_nothing_and_buys_nothing(goods: Goods, ann: User) -> None:
    client = browser()
    client.force_login(ann)
    receive(product_id=goods.id, quantity=9, reason="delivery")
    put(client, goods.id, 2)
    buyer = browser()
    buyer.cookies.update(client.cookies)
    User.objects.update(is_active=False)

    assert post(buyer).json()["code"] == "cart_empty"
    assert seen(buyer) == {}
    put(client, goods.ids[1], 1)

    assert seen(client) == {goods.ids[1]: 1}
    assert rows_of(Cart.objects.get(user=ann).pk) == {goods.id: 2}
    assert not Order.objects.exists()


def test_a_session_from_before_there_were_carts_finds_its_customers(goods: Goods, ann: User) -> None:
    client, other = browser(), browser()
    client.force_login(ann)
    session = client.session
    del session["cart"]
    session.save()
    other.force_login(ann)
    put(other, goods.id, 3)

    assert seen(client) == {goods.id: 3}


@contextmanager
def locked(cart_id: int) -> Iterator[None]:
    """Somebody else holds the cart's row."""
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM cart_cart WHERE id = %s FOR UPDATE", [cart_id])
        yield
    finally:
        other.rollback()
        other.close()


def test_a_login_while_the_database_is_busy_keeps_the_guests_cart_and_merges_later(goods: Goods, ann: User) -> None:
    client, other = browser(), browser()
    other.force_login(ann)
    put(other, goods.ids[0], 1)
    put(client, goods.ids[1], 2)

    with locked(client.session[visitors.CART]):
        client.force_login(ann)
        assert seen(client) == {goods.ids[1]: 2}

    assert seen(client) == {goods.ids[0]: 1, goods.ids[1]: 2}
    assert seen(client) == seen(other)
    assert visitors.ALONE not in client.session


def test_a_cart_that_was_forgotten_is_empty_and_the_next_write_makes_another(goods: Goods, ann: User) -> None:
    guest, customer = browser(), browser()
    customer.force_login(ann)
    for client in (guest, customer):
        put(client, goods.id, 2)
    Cart.objects.update(touched_at=timezone.now() - timedelta(days=31))
    delete_forgotten_carts()

    for client in (guest, customer):
        assert seen(client) == {}
        put(client, goods.id, 1)
        assert seen(client) == {goods.id: 1}
    assert Cart.objects.filter(user=ann).count() == 1


def test_a_session_s_cookie_lives_30_days_from_the_last_day_on_which_something_was_put(goods: Goods) -> None:
    client = browser()
    first = put(client, goods.id, 1)
    assert first.cookies["sessionid"]["max-age"] == 30 * 24 * 3600
    assert "sessionid" not in put(client, goods.id, 2).cookies

    session = client.session
    session[visitors.DAY] -= 1
    session.save()

    assert put(client, goods.id, 3).cookies["sessionid"]["max-age"] == 30 * 24 * 3600


class LosesWrites:
    """A store that takes no entry while it is told so; everything else is the real one's."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.losing = False

    def __getattr__(self, name: str) -> Any:
        if self.losing and name in ("put", "fill", "invalidate"):
            raise StoreError("lost")
        return getattr(self._store, name)


@pytest.fixture
def losing(goods: Goods) -> LosesWrites:
    """Below the caches; nothing is repaired."""
    ground = make_ground()
    store = LosesWrites(ground.store)
    REGISTRY.wire(lambda: replace(ground, store=store, ask_repair=lambda: None))
    return store


@pytest.mark.parametrize("remembered", [True, False], ids=["with the floor", "control: without"])
def test_a_visitor_sees_what_they_wrote_while_the_cache_did_not_take_it(
    goods: Goods, losing: LosesWrites, remembered: bool
) -> None:
    client = browser()
    put(client, goods.id, 1)
    losing.losing = True
    put(client, goods.id, 5)
    losing.losing = False

    session = client.session
    assert session[visitors.FLOOR] == list(Cart.objects.values_list("id", "version").get())
    if not remembered:
        del session[visitors.FLOOR]
        session.save()

    assert seen(client) == {goods.id: 5 if remembered else 1}


def test_the_floor_is_forgotten_once_the_cache_has_reached_it(goods: Goods, losing: LosesWrites) -> None:
    client = browser()
    put(client, goods.id, 1)
    losing.losing = True
    put(client, goods.id, 5)

    assert seen(client) == {goods.id: 5}
    losing.losing = False
    assert seen(client) == {goods.id: 5}
    assert visitors.FLOOR in client.session
    assert seen(client) == {goods.id: 5}

    assert visitors.FLOOR not in client.session
    assert seen(client) == {goods.id: 5}


def test_a_lost_merge_is_seen_by_its_own_visitor(goods: Goods, ann: User, losing: LosesWrites) -> None:
    client, other = browser(), browser()
    other.force_login(ann)
    put(other, goods.ids[0], 1)
    put(client, goods.ids[1], 2)
    losing.losing = True

    client.force_login(ann)

    assert seen(client) == {goods.ids[0]: 1, goods.ids[1]: 2}
