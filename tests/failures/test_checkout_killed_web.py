"""The web process dies in the middle of a checkout; the shopper sends the same request again, and has one order.

FULL=1 kills it between every two steps; without, at one point of each kind. tests/failures/test_checkout_killed.py does
so at every point, to a process that is no web server.
"""

import os
from http.client import HTTPException
from urllib.error import URLError

import pytest
from django.conf import settings as django_settings

from cart.checkout.sweeping import sweep
from cart.checkout.sync_points import Point
from cart.models import Order
from tests.failures.api_client import CHECKOUT, ApiClient
from tests.failures.test_checkout_killed import WAY_TO_AN_ORDER, nobody_holds_a_transaction
from tests.failures.web import running_web, until
from tests.goods import Goods
from tests.integration.checkouts import AT_ONCE, assert_books_agree, on_shelf, stocked

FULL = os.environ.get("FULL") == "1"
POINTS = WAY_TO_AN_ORDER if FULL else [Point.RESERVED, Point.PAYING, Point.CHARGED, Point.SOLD]


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_a_checkout_whose_web_server_was_killed_is_one_order_on_the_next(
    goods: Goods, monkeypatch: pytest.MonkeyPatch, point: Point
) -> None:
    jam = stocked(goods)
    redis_url, namespace = os.environ["REDIS_URL"], django_settings.CACHE_NAMESPACE

    monkeypatch.setenv("WEB_DIES_AT", point)
    with running_web(redis_url=redis_url, namespace=namespace) as dying:
        shopper = ApiClient(dying.url)
        shopper.ask("PUT", f"/api/cart/items/{jam}", {"quantity": 2})
        with pytest.raises((URLError, HTTPException, ConnectionError)):
            shopper.ask("POST", "/api/checkout", CHECKOUT, Idempotency_Key="key")
    monkeypatch.delenv("WEB_DIES_AT")
    until(nobody_holds_a_transaction, within=10)
    sweep(older_than=AT_ONCE)

    with running_web(redis_url=redis_url, namespace=namespace) as web:
        shopper.url = web.url
        order = shopper.ask("POST", "/api/checkout", CHECKOUT, Idempotency_Key="key")
        again = shopper.ask("POST", "/api/checkout", CHECKOUT, Idempotency_Key="key")

        assert order["status"] == "placed"
        assert again == order
        assert shopper.ask("GET", "/api/cart")["items"] == []
    assert Order.objects.count() == 1
    assert on_shelf(jam) == (8, 0)
    assert_books_agree()
