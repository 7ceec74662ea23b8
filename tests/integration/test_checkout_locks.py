"""Nobody waits behind somebody else's payment: no row is locked while the provider is asked."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction

from cart.checkout import CheckoutAnswer
from cart.checkout.starting import start
from cart.checkout.sync_points import Point
from cart.models import MockCharge, Order
from cart.operations import add, set_quantity
from cart.owner import Owner
from cart.payments import TILL
from cart.payments.bank_books import InTransactionError
from cart.queries import get_cart
from inventory.operations import adjust, receive
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.checkouts import ANN, REQUEST, assert_books_agree, buy, cart_with, on_shelf, stocked
from tests.integration.providers import gated_provider

BOB = Owner(None, "bob")
BUYERS = 8


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(BUYERS) as executor:
        yield executor


def started(pool: ThreadPoolExecutor, cart_id: int, *, owner: Owner = ANN, key: str = "key") -> Future[CheckoutAnswer]:
    def run() -> CheckoutAnswer:
        try:
            return buy(cart_id, owner=owner, key=key)
        finally:
            connection.close()

    return pool.submit(run)


def test_a_second_buyer_of_the_same_goods_does_not_wait_for_the_first_one_s_payment(
    goods: Goods, pool: ThreadPoolExecutor
) -> None:
    jam = stocked(goods)
    carts = [cart_with({jam: 2}) for _ in range(2)]

    with gated_provider() as provider:
        provider.before.clear()
        first = started(pool, carts[0])
        assert provider.asked.wait(10)
        own = TILL.provider
        TILL.put_in(provider._provider)
        second = buy(carts[1], owner=BOB)
        adjust(product_id=jam, change=-1, reason="a broken glass")
        add(cart_id=carts[0], product_id=jam, quantity=1)
        TILL.put_in(own)
        assert not first.done()
        provider.before.set()

        assert second.order is not None
        assert first.result().order is not None
    assert on_shelf(jam) == (5, 0)
    assert get_cart(cart_id=carts[0]).count == 1
    assert_books_agree()


def test_the_control_a_payment_inside_the_transaction_keeps_the_second_buyer_out(
    goods: Goods, pool: ThreadPoolExecutor
) -> None:
    jam = stocked(goods)
    carts = [cart_with({jam: 2}) for _ in range(2)]

    with transaction.atomic():
        start(owner=ANN, cart_id=carts[0], key="key", request=REQUEST)
        second = started(pool, carts[1], owner=BOB)
        with pytest.raises(OperationalError, match="lock timeout"):
            second.result(10)


def test_the_bank_is_not_to_be_asked_inside_a_transaction(goods: Goods) -> None:
    cart_id = cart_with({stocked(goods): 1})

    with pytest.raises(InTransactionError), transaction.atomic():
        buy(cart_id)

    assert not Order.objects.exists()
    assert MockCharge.objects.count() == 0


def test_buyers_of_the_same_goods_in_any_order_never_wait_in_a_circle(goods: Goods, pool: ThreadPoolExecutor) -> None:
    first, second = stocked(goods, 100), goods.ids[1]
    receive(product_id=second, quantity=100, reason="a delivery")
    carts = []
    for number in range(BUYERS * 3):
        cart_id = cart_with({})
        for product_id in (first, second) if number % 2 else (second, first):
            set_quantity(cart_id=cart_id, product_id=product_id, quantity=1)
        carts.append(cart_id)

    answers = [started(pool, cart_id, key=str(cart_id)) for cart_id in carts]

    assert all(answer.result().order is not None for answer in answers)
    assert on_shelf(first) == on_shelf(second) == (100 - len(carts), 0)
    assert_books_agree()


def test_a_cart_that_is_written_while_its_order_is_completed_never_waits_in_a_circle(
    goods: Goods, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1. An order's checkout is locked; 2. somebody adds to the cart, and locks it; 3. the order wants the cart."""
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})
    added = threading.Event()

    def add_now(point: Point) -> None:
        if point is Point.CONCLUDING:
            pool.submit(_add, cart_id, jam, added)
            assert added.wait(10)

    monkeypatch.setattr("cart.checkout.sync_points.hook", add_now)

    assert buy(cart_id).order is not None
    assert get_cart(cart_id=cart_id).count == 3


def _add(cart_id: int, product_id: int, added: threading.Event) -> None:
    try:
        add(cart_id=cart_id, product_id=product_id, quantity=3)
    finally:
        added.set()
        connection.close()


@pytest.mark.parametrize("point", [Point.RESERVED, Point.SOLD], ids=str)
def test_a_checkout_that_the_database_ends_for_its_neighbours_sake_is_tried_again(
    goods: Goods, monkeypatch: pytest.MonkeyPatch, point: Point
) -> None:
    jam = stocked(goods)

    def give_way(reached: Point) -> None:
        if reached is point:
            monkeypatch.undo()
            run_sql("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END $$")

    monkeypatch.setattr("cart.checkout.sync_points.hook", give_way)

    assert buy(cart_with({jam: 2})).order is not None
    assert on_shelf(jam) == (8, 0)
    assert_books_agree()
