"""Whose a checkout is when its buyer logs in meanwhile, or has named another one so before."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from cart.checkout import settle_due, sync_points
from cart.checkout.sync_points import Point
from cart.models import Checkout, Order
from tests.goods import Goods
from tests.integration.checkouts import AT_ONCE, CHARGED_IN_SILENCE
from tests.integration.test_checkout_api import filled, post

WAITS_S = 10.0


class OtherWindow:
    """Pays in the visitor's session, and stands still where all is written but not committed: a login does not see it,
    and can't merge the cart, which is locked."""

    def __init__(self, visitor: Client) -> None:
        self._client = Client(raise_request_exception=False)
        self._client.cookies.update(visitor.cookies)
        self._at, self._on = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._buy)
        self._answer: Any = None

    def hook(self, point: Point) -> None:
        if point is Point.RESERVED and threading.current_thread() is self._thread:
            self._at.set()
            self._on.wait(WAITS_S)

    def begin(self) -> None:
        self._thread.start()
        assert self._at.wait(WAITS_S)

    def end(self) -> Any:
        self._on.set()
        if self._thread.is_alive():
            self._thread.join(WAITS_S)
        return self._answer

    def _buy(self) -> None:
        try:
            self._answer = post(self._client)
        finally:
            connection.close()


@pytest.fixture
def ann(goods: Goods) -> User:
    return User.objects.create_user("ann")


@pytest.fixture
def other_window(visitor: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherWindow]:
    filled(visitor, goods)
    window = OtherWindow(visitor)
    monkeypatch.setattr(sync_points, "hook", window.hook)
    yield window
    window.end()


def test_who_logs_in_while_another_window_pays_keeps_the_order(
    visitor: Client, ann: User, other_window: OtherWindow
) -> None:
    other_window.begin()
    visitor.force_login(ann)
    bought = other_window.end()

    assert bought.status_code == 201
    assert Order.objects.get().user is None
    assert visitor.get(f"/api/orders/{bought.json()['id']}").status_code == 200
    assert Order.objects.get().user == ann
    assert post(visitor).json()["id"] == bought.json()["id"]


def test_a_guests_checkout_of_a_key_that_the_customer_has_used_stays_visible(
    visitor: Client, goods: Goods, ann: User
) -> None:
    home = Client()
    home.force_login(ann)
    filled(home, goods)
    assert post(home).status_code == 201
    filled(visitor, goods)
    pending = post(visitor, card=CHARGED_IN_SILENCE).json()["id"]

    visitor.force_login(ann)
    assert visitor.get(f"/api/orders/{pending}").json()["status"] == "payment_pending"
    assert Checkout.objects.get(pk=pending).user is None
    settle_due(older_than=AT_ONCE)

    assert visitor.get(f"/api/orders/{pending}").json()["status"] == "placed"
    assert Order.objects.filter(user=ann).count() == 2


def test_neither_the_next_guest_nor_the_next_customer_of_a_browser_gets_the_orders(
    visitor: Client, goods: Goods, ann: User
) -> None:
    filled(visitor, goods)
    bought = post(visitor).json()["id"]
    visitor.force_login(ann)
    visitor.force_login(User.objects.create_user("bob"))
    assert visitor.get(f"/api/orders/{bought}").status_code == 404

    visitor.force_login(ann)
    visitor.logout()
    assert visitor.get(f"/api/orders/{bought}").status_code == 404
