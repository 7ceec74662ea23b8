"""What a checkout does without Redis, and when its own database goes away at the worst moment."""

import pytest
from django.db import OperationalError

from cart.checkout import settle_due
from cart.checkout.sync_points import Point
from cart.models import MockCharge, Order
from cart.orders import get_order
from tests.failures.api_client import CHECKOUT, ApiClient
from tests.failures.web import NOWHERE, running_web
from tests.goods import Goods
from tests.integration.checkouts import ANN, AT_ONCE, assert_books_agree, buy, cart_with, on_shelf, stocked


def test_without_redis_a_cart_becomes_an_order_all_the_same(goods: Goods) -> None:
    jam = stocked(goods)
    with running_web(redis_url=NOWHERE) as web:
        shopper = ApiClient(web.url)
        shopper.ask("PUT", f"/api/cart/items/{jam}", {"quantity": 2})
        order = shopper.ask("POST", "/api/checkout", CHECKOUT | {"expected_total": "6.40"}, Idempotency_Key="key")
        again = shopper.ask("POST", "/api/checkout", CHECKOUT | {"expected_total": "6.40"}, Idempotency_Key="key")

        assert order["status"] == "placed"
        assert again == order
        assert shopper.ask("GET", f"/api/orders/{order['id']}") == order
        assert shopper.ask("GET", "/api/cart")["items"] == []
    assert on_shelf(jam) == (8, 0)
    assert_books_agree()


@pytest.mark.parametrize("point", [Point.CHARGED, Point.CONCLUDING, Point.SOLD, Point.EMPTIED], ids=str)
def test_when_the_database_goes_away_after_the_payment_nobody_is_told_to_pay_again(
    goods: Goods, monkeypatch: pytest.MonkeyPatch, point: Point
) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})

    def fail(reached: Point) -> None:
        if reached is point:
            raise OperationalError("the connection is closed")

    monkeypatch.setattr("cart.checkout.sync_points.hook", fail)
    pending = buy(cart_id)
    monkeypatch.undo()

    assert pending.order is None
    assert MockCharge.objects.get().status == "charged"
    shown = get_order(order_id=pending.id, owner=ANN)
    assert shown is not None
    assert shown.status == "payment_pending"
    assert settle_due(older_than=AT_ONCE) == 1
    assert Order.objects.get().pk == pending.id
    assert_books_agree()
