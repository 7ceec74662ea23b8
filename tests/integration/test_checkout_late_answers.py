"""What the provider says late, twice, or about an attempt that was given up; and who stalls before or after paying."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from cart.checkout import CheckoutAnswer, PaymentDeclinedError, payment_answered, settle_due
from cart.models import Checkout, MockCharge, Order
from cart.payments import TILL
from tests.goods import Goods
from tests.integration.checkouts import (
    ANSWERS_TWICE,
    AT_ONCE,
    NEVER_ARRIVES,
    assert_books_agree,
    buy,
    cart_with,
    on_shelf,
    stocked,
)
from tests.integration.providers import GatedProvider, join_answers


def started(pool: ThreadPoolExecutor, cart_id: int, **changed: Any) -> Future[CheckoutAnswer]:
    def run() -> CheckoutAnswer:
        try:
            return buy(cart_id, **changed)
        finally:
            connection.close()

    return pool.submit(run)


def test_a_provider_that_answers_twice_is_paid_once(goods: Goods) -> None:
    jam = stocked(goods)

    for number in range(10):
        answer = buy(cart_with({jam: 1}), key=str(number), card=ANSWERS_TWICE)
        assert answer.order is not None
    join_answers()

    assert Order.objects.count() == MockCharge.objects.count() == 10
    assert on_shelf(jam) == (0, 0)
    assert_books_agree()


def test_an_answer_that_comes_first_from_outside_completes_the_order(
    goods: Goods, provider: GatedProvider, pool: ThreadPoolExecutor
) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 1})
    provider.after.clear()
    waiting = started(pool, cart_id, card=ANSWERS_TWICE)
    assert provider.asked.wait(10)
    while not Order.objects.exists():
        connection.close()
    provider.after.set()

    answer = waiting.result()
    join_answers()

    assert answer.order is not None
    assert Order.objects.count() == 1
    assert_books_agree()


def test_an_answer_about_nothing_changes_nothing(goods: Goods) -> None:
    payment_answered("unknown")

    assert not Order.objects.exists()


def test_an_answer_about_an_attempt_that_was_given_up_does_not_end_the_next_one(goods: Goods) -> None:
    cart_id = cart_with({stocked(goods): 1})
    buy(cart_id, card=NEVER_ARRIVES)
    given_up = Checkout.objects.get().payment_key
    settle_due(older_than=AT_ONCE)
    buy(cart_id, card=NEVER_ARRIVES)

    payment_answered(given_up)

    checkout = Checkout.objects.get()
    assert (checkout.state, checkout.attempt) == (Checkout.State.PAYING, 2)
    assert checkout.payment_key != given_up


def test_who_stalls_before_paying_is_not_charged_for_what_was_given_up(
    goods: Goods, provider: GatedProvider, pool: ThreadPoolExecutor
) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})
    provider.before.clear()
    stalled = started(pool, cart_id)
    assert provider.asked.wait(10)
    assert settle_due(older_than=AT_ONCE) == 1
    provider.before.set()

    with pytest.raises(PaymentDeclinedError) as refused:
        stalled.result()

    assert refused.value.reason == "not_made"
    assert on_shelf(jam) == (10, 0)
    assert_books_agree()


def test_who_stalls_before_paying_does_not_meddle_with_the_next_attempt(
    goods: Goods, provider: GatedProvider, pool: ThreadPoolExecutor
) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})
    provider.before.clear()
    stalled = started(pool, cart_id)
    assert provider.asked.wait(10)
    settle_due(older_than=AT_ONCE)
    TILL.put_in(provider._provider)
    order = buy(cart_id).order
    provider.before.set()

    assert order is not None
    assert stalled.result().order == order
    assert Order.objects.count() == 1
    assert_books_agree()


def test_who_stalls_after_paying_finds_the_sweeper_s_order(
    goods: Goods, provider: GatedProvider, pool: ThreadPoolExecutor
) -> None:
    jam = stocked(goods)
    provider.after.clear()
    stalled = started(pool, cart_with({jam: 2}))
    while not MockCharge.objects.exists():
        connection.close()
    assert settle_due(older_than=AT_ONCE) == 1
    order = Order.objects.get()
    provider.after.set()

    answer = stalled.result()

    assert answer.order is not None
    assert answer.order.number == order.number
    assert_books_agree()
