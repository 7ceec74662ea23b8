"""kill -9 between every two steps of a checkout: an order or none, money and stock agree, a retry gives one order."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from cart.checkout import CheckoutAnswer, GoodsShortError, PaymentDeclinedError
from cart.checkout.leavings import LEFT_ALONE
from cart.checkout.sweeping import sweep
from cart.checkout.sync_points import Point
from cart.models import Checkout, MockCharge, Order
from cart.queries import get_cart
from inventory.queries import get_stock
from shop.events.apply import replay_log
from tests.failures.web import until
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.checkouts import (
    AT_ONCE,
    DECLINED,
    GOOD_CARD,
    assert_books_agree,
    buy,
    cart_with,
    on_shelf,
    stocked,
)
from tests.own_database import database_url

WAY_TO_AN_ORDER = [point for point in Point if point is not Point.REFUNDED]
# Before it, nobody but the dead process has ever heard of the checkout.
BEFORE_THE_COMMIT = (Point.RECORDED, Point.PRICED, Point.RESERVED)


def kill_at(point: Point, *, cart_id: int, card: str = GOOD_CARD, loses_goods: int = 0) -> None:
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "CACHE_NAMESPACE": django_settings.CACHE_NAMESPACE,
    }
    plan = json.dumps({"cart_id": cart_id, "card": card, "point": point, "loses_goods": loses_goods})
    died = subprocess.run(
        [sys.executable, "-m", "tests.failures.dying_buyer", plan], env=environment, check=False, timeout=60
    )
    assert died.returncode == -9, f"it never came to {point!r}"
    until(nobody_holds_a_transaction, within=10)


def nobody_holds_a_transaction() -> bool:
    """PostgreSQL rolls back what a dead client has begun, as soon as it has noticed."""
    return not run_sql(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
    )


def retry(cart_id: int, *, card: str = GOOD_CARD) -> CheckoutAnswer:
    """The same request, from somebody who has waited for a while."""
    Checkout.objects.update(paying_since=timezone.now() - LEFT_ALONE - timedelta(seconds=1))
    return buy(cart_id, card=card)


def assert_one_order(jam: int, cart_id: int) -> None:
    order = Order.objects.get()
    assert MockCharge.objects.filter(status="charged").count() == 1
    assert Checkout.objects.get().pk == order.pk
    assert on_shelf(jam) == (8, 0)
    replay_log()
    assert get_stock(product_id=jam).available == 8
    assert get_cart(cart_id=cart_id).lines == ()
    assert_books_agree()


@pytest.mark.parametrize("point", WAY_TO_AN_ORDER, ids=str)
def test_what_a_killed_process_leaves_is_swept_up_and_a_retry_gives_the_one_order(goods: Goods, point: Point) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})

    kill_at(point, cart_id=cart_id)
    sweep(older_than=AT_ONCE)

    is_paid = point not in (*BEFORE_THE_COMMIT, Point.PAYING)
    assert Order.objects.count() == is_paid
    assert on_shelf(jam) == ((8, 0) if is_paid else (10, 0))
    assert_books_agree()
    order = retry(cart_id).order
    assert order is not None
    assert retry(cart_id).order == order
    assert_one_order(jam, cart_id)


@pytest.mark.parametrize("point", WAY_TO_AN_ORDER, ids=str)
def test_a_retry_gives_the_one_order_without_a_sweeper_too(goods: Goods, point: Point) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})

    kill_at(point, cart_id=cart_id)

    order = retry(cart_id).order
    assert order is not None
    assert retry(cart_id).order == order
    assert_one_order(jam, cart_id)


@pytest.mark.parametrize("point", [Point.CHARGED, Point.CONCLUDING, Point.CONCLUDED], ids=str)
def test_a_declined_card_stays_declined_whoever_dies_of_it(goods: Goods, point: Point) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})

    kill_at(point, cart_id=cart_id, card=DECLINED)
    sweep(older_than=AT_ONCE)

    assert on_shelf(jam) == (10, 0)
    assert_books_agree()
    with pytest.raises(PaymentDeclinedError):
        retry(cart_id, card=DECLINED)
    assert get_cart(cart_id=cart_id).count == 2


@pytest.mark.parametrize("point", [Point.CHARGED, Point.CONCLUDING, Point.CONCLUDED, Point.REFUNDED], ids=str)
def test_money_for_goods_that_are_gone_is_given_back_whoever_dies_of_it(goods: Goods, point: Point) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})

    kill_at(point, cart_id=cart_id, loses_goods=jam)
    sweep(older_than=AT_ONCE)

    assert not Order.objects.exists()
    assert MockCharge.objects.get().status == "refunded"
    assert_books_agree()
    with pytest.raises(GoodsShortError) as refused:
        retry(cart_id)
    assert refused.value.was_charged
    assert get_cart(cart_id=cart_id).count == 2


def test_the_control_without_the_sweeper_goods_stay_held_and_money_stays_taken(goods: Goods) -> None:
    jam = stocked(goods)

    kill_at(Point.CHARGED, cart_id=cart_with({jam: 2}))

    assert on_shelf(jam) == (10, 2)
    assert not Order.objects.exists()
    with pytest.raises(AssertionError):
        assert_books_agree()
