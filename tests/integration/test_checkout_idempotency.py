"""One key, one order: repeated, changed, or sent by many at once."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from cart.checkout import (
    CheckoutAnswer,
    CheckoutInProgressError,
    KeyInvalidError,
    KeyMissingError,
    KeyReusedError,
    settle_due,
    waiting,
)
from cart.checkout.sync_points import Point
from cart.models import Checkout, MockCharge, Order
from cart.operations import set_quantity
from cart.owner import Owner
from tests.goods import Goods
from tests.integration.checkouts import (
    ANN,
    AT_ONCE,
    DECLINED,
    NEVER_ARRIVES,
    assert_books_agree,
    buy,
    cart_with,
    on_shelf,
    stocked,
)
from tests.integration.providers import gated_provider

THREADS = 8


def in_thread(pool: ThreadPoolExecutor, call: Callable[[], CheckoutAnswer]) -> Future[CheckoutAnswer]:
    def run() -> CheckoutAnswer:
        try:
            return call()
        finally:
            connection.close()

    return pool.submit(run)


def test_the_same_request_again_is_the_same_order(goods: Goods) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 1})

    first = buy(cart_id, expected_total=Decimal("3.20"))
    set_quantity(cart_id=cart_id, product_id=jam, quantity=4)
    again = buy(cart_id, expected_total=Decimal("3.2"), name=" Ann ")

    assert again == first
    assert Order.objects.count() == MockCharge.objects.count() == 1
    assert on_shelf(jam) == (9, 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"email": "bob@example.org"},
        {"name": "Bob"},
        {"address": "2 Pantry Lane"},
        {"card": DECLINED},
        {"expires": "12/98"},
        {"expected_total": Decimal("3.20")},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_another_request_with_a_used_key_is_refused(goods: Goods, changed: dict[str, Any]) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 1})
    buy(cart_id)
    set_quantity(cart_id=cart_id, product_id=jam, quantity=1)

    with pytest.raises(KeyReusedError):
        buy(cart_id, **changed)

    assert Order.objects.count() == 1


@pytest.mark.parametrize("key", ["", "  "])
def test_a_checkout_without_a_key_is_refused(goods: Goods, key: str) -> None:
    with pytest.raises(KeyMissingError):
        buy(cart_with({stocked(goods): 1}), key=key)


@pytest.mark.parametrize("key", ["x" * 201, "a\nb", "schlüssel", "a\x00", "\x7f"])
def test_a_key_that_is_too_long_or_can_t_be_printed_is_refused(goods: Goods, key: str) -> None:
    with pytest.raises(KeyInvalidError):
        buy(cart_with({stocked(goods): 1}), key=key)


def test_the_longest_key_is_a_key(goods: Goods) -> None:
    assert buy(cart_with({stocked(goods): 1}), key="~" * 200).order is not None


def test_two_people_may_choose_the_same_key(goods: Goods, django_user_model: Any) -> None:
    jam = stocked(goods)
    cat = Owner(django_user_model.objects.create_user("cat").pk)

    orders = [buy(cart_with({jam: 1}), owner=owner).order for owner in (ANN, Owner(None, "bob"), cat)]

    assert len({order.id for order in orders if order is not None}) == 3


def test_eight_who_send_one_key_at_once_get_one_order(goods: Goods) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 1})
    gate = threading.Barrier(THREADS)

    def pay() -> CheckoutAnswer:
        gate.wait()
        return buy(cart_id)

    with ThreadPoolExecutor(THREADS) as pool:
        answers = [future.result() for future in [in_thread(pool, pay) for _ in range(THREADS)]]

    assert len({answer.order.number for answer in answers if answer.order is not None}) == 1
    assert all(answer == answers[0] for answer in answers)
    assert Checkout.objects.count() == MockCharge.objects.count() == Order.objects.count() == 1
    assert_books_agree()


def test_who_comes_second_waits_for_the_first(goods: Goods) -> None:
    cart_id = cart_with({stocked(goods): 1})

    with gated_provider() as provider, ThreadPoolExecutor(2) as pool:
        provider.before.clear()
        first = in_thread(pool, lambda: buy(cart_id))
        assert provider.asked.wait(10)
        second = in_thread(pool, lambda: buy(cart_id))
        assert not second.done()
        provider.before.set()

        assert second.result() == first.result()
        assert provider.charges == 1


def test_who_has_waited_for_too_long_is_told_that_it_is_in_progress(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    cart_id = cart_with({stocked(goods): 1})
    monkeypatch.setattr(waiting, "WAITS_FOR_S", 0.2)

    with gated_provider() as provider, ThreadPoolExecutor(1) as pool:
        provider.before.clear()
        first = in_thread(pool, lambda: buy(cart_id))
        assert provider.asked.wait(10)
        with pytest.raises(CheckoutInProgressError):
            buy(cart_id)
        provider.before.set()

        assert first.result().order is not None


def test_who_meets_the_first_in_its_first_transaction_waits_there(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    cart_id = cart_with({stocked(goods): 1})
    recorded, go_on = threading.Event(), threading.Event()

    def stop_the_first(point: Point) -> None:
        if point is Point.RECORDED and not recorded.is_set():
            recorded.set()
            assert go_on.wait(10)

    monkeypatch.setattr("cart.checkout.sync_points.hook", stop_the_first)
    with ThreadPoolExecutor(2) as pool:
        first = in_thread(pool, lambda: buy(cart_id))
        assert recorded.wait(10)
        with pytest.raises(CheckoutInProgressError):
            buy(cart_id)  # after two seconds, the limit of every wait for a lock
        second = in_thread(pool, lambda: buy(cart_id))
        go_on.set()

        assert second.result() == first.result()
    assert Order.objects.count() == 1


def test_what_was_never_charged_can_be_tried_again_with_its_key(goods: Goods) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})
    assert buy(cart_id, card=NEVER_ARRIVES).order is None
    assert settle_due(older_than=AT_ONCE) == 1
    checkout = Checkout.objects.get()
    assert checkout.state == Checkout.State.ABANDONED

    assert buy(cart_id, card=NEVER_ARRIVES).order is None

    again = Checkout.objects.get()
    assert (again.pk, again.attempt, again.state) == (checkout.pk, 2, Checkout.State.PAYING)
    assert again.payment_key != checkout.payment_key
    assert on_shelf(jam) == (10, 2)


def test_who_meets_the_second_try_of_what_was_never_charged_is_told_that_it_is_in_progress(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1. A key is tried again, which locks its record; 2. it comes once more, and waits for that lock."""
    cart_id = cart_with({stocked(goods): 1})
    buy(cart_id, card=NEVER_ARRIVES)
    settle_due(older_than=AT_ONCE)
    locked, go_on = threading.Event(), threading.Event()

    def stop_the_first(point: Point) -> None:
        if point is Point.RECORDED:
            locked.set()
            assert go_on.wait(10)

    monkeypatch.setattr("cart.checkout.sync_points.hook", stop_the_first)
    with ThreadPoolExecutor(1) as pool:
        first = in_thread(pool, lambda: buy(cart_id, card=NEVER_ARRIVES))
        assert locked.wait(10)
        with pytest.raises(CheckoutInProgressError):
            buy(cart_id, card=NEVER_ARRIVES)
        go_on.set()

        assert first.result().order is None
    assert Checkout.objects.get().attempt == 2
