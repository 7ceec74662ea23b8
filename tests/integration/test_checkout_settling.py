"""Payments that nobody waits for any more come to an end: an order, or the goods on the shelf and no money taken."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cart.checkout import CheckoutAnswer, GoodsShortError, PaymentDeclinedError, payment_answered, settle_due
from cart.models import Checkout, MockCharge, Order, Payment
from cart.orders import get_order
from cart.payments import TILL, Card, ChargeStatus
from cart.queries import get_cart
from cart.tasks import settle_payments
from inventory.models import Reservation
from inventory.operations import adjust, expire_due
from tests.goods import Goods
from tests.integration.checkouts import (
    ANN,
    ANSWERS_TWICE,
    AT_ONCE,
    CHARGED_IN_SILENCE,
    NEVER_ARRIVES,
    assert_books_agree,
    buy,
    cart_with,
    on_shelf,
    stocked,
)
from tests.integration.providers import GatedProvider, gated_provider, join_answers


@pytest.fixture
def provider(goods: Goods) -> Iterator[GatedProvider]:
    with gated_provider() as gated:
        yield gated


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as executor:
        yield executor


def started(pool: ThreadPoolExecutor, cart_id: int, **changed: Any) -> Future[CheckoutAnswer]:
    def run() -> CheckoutAnswer:
        try:
            return buy(cart_id, **changed)
        finally:
            connection.close()

    return pool.submit(run)


def status_of(checkout: Checkout) -> str:
    view = get_order(order_id=checkout.pk, owner=ANN)
    assert view is not None
    return view.status


def let_holds_run_out(*, given_back: bool) -> None:
    Reservation.objects.filter(status="open").update(expires_at=timezone.now() - timedelta(seconds=1))
    if given_back:
        assert expire_due() == 1


def test_a_silent_provider_that_has_charged_ends_in_an_order(goods: Goods) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})

    pending = buy(cart_id, card=CHARGED_IN_SILENCE)
    assert pending.order is None
    assert buy(cart_id, card=CHARGED_IN_SILENCE) == pending
    assert status_of(Checkout.objects.get()) == "payment_pending"
    assert on_shelf(jam) == (10, 2)
    assert settle_due(older_than=AT_ONCE) == 1

    settled = buy(cart_id, card=CHARGED_IN_SILENCE)
    assert settled.order is not None
    assert settled.id == pending.id
    assert get_cart(cart_id=cart_id).lines == ()
    assert_books_agree()


def test_a_silent_provider_that_has_not_charged_never_will(goods: Goods) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 2})
    buy(cart_id, card=NEVER_ARRIVES)

    assert settle_due(older_than=AT_ONCE) == 1

    checkout = Checkout.objects.get()
    assert (checkout.state, status_of(checkout)) == (Checkout.State.ABANDONED, "payment_declined")
    assert on_shelf(jam) == (10, 0)
    assert get_cart(cart_id=cart_id).count == 2
    late = TILL.provider.charge(
        key=checkout.payment_key,
        amount=checkout.total or Decimal(0),
        currency="EUR",
        card=Card(number="4242424242424242"),
    )
    assert late.status is ChargeStatus.CANCELLED
    assert_books_agree()


def test_the_sweeper_leaves_alone_what_somebody_may_still_be_paying(goods: Goods) -> None:
    buy(cart_with({stocked(goods): 1}), card=CHARGED_IN_SILENCE)

    assert settle_due() == 0

    Checkout.objects.update(changed_at=timezone.now() - timedelta(seconds=11))
    assert settle_due() == 1
    assert settle_due(older_than=AT_ONCE) == 0


def test_the_queue_s_task_settles_what_has_waited_for_long_enough(goods: Goods) -> None:
    buy(cart_with({stocked(goods): 1}), card=CHARGED_IN_SILENCE)
    assert settle_payments() == 0

    Checkout.objects.update(changed_at=timezone.now() - timedelta(seconds=11))

    assert settle_payments() == 1
    assert Order.objects.count() == 1


def test_a_retry_after_a_while_settles_what_a_dead_process_left(goods: Goods, provider: GatedProvider) -> None:
    jam = stocked(goods)
    cart_id = cart_with({jam: 1})
    provider.charge = _dies  # type: ignore[method-assign, assignment]
    with pytest.raises(KeyboardInterrupt):
        buy(cart_id)
    del provider.charge
    Checkout.objects.update(paying_since=timezone.now() - timedelta(seconds=11))

    order = buy(cart_id).order

    assert order is not None
    assert Checkout.objects.get().attempt == 2
    assert_books_agree()


def _dies(**asked: Any) -> None:
    raise KeyboardInterrupt


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


@pytest.mark.parametrize("given_back", [False, True], ids=["time is up", "given back"])
def test_a_hold_that_ran_out_is_had_again_if_the_goods_are_there(goods: Goods, given_back: bool) -> None:
    jam = stocked(goods, 2)
    buy(cart_with({jam: 2}), card=CHARGED_IN_SILENCE)
    let_holds_run_out(given_back=given_back)

    settle_due(older_than=AT_ONCE)

    assert Order.objects.get().status == "placed"
    assert on_shelf(jam) == (0, 0)
    assert_books_agree()


def test_a_hold_that_ran_out_and_is_gone_is_paid_back(goods: Goods) -> None:
    jam = stocked(goods, 2)
    cart_id = cart_with({jam: 2})
    buy(cart_id, card=CHARGED_IN_SILENCE)
    let_holds_run_out(given_back=True)
    adjust(product_id=jam, change=-1, reason="a broken glass")

    assert settle_due(older_than=AT_ONCE) == 1

    for _ in range(2):
        with pytest.raises(GoodsShortError) as refused:
            buy(cart_id, card=CHARGED_IN_SILENCE)
        assert refused.value.was_charged
        assert [(one.name, one.wanted, one.available) for one in refused.value.short] == [("Plum jam 0", 2, 1)]
    assert not Order.objects.exists()
    assert status_of(Checkout.objects.get()) == "refunded"
    assert Payment.objects.get().status == Payment.Status.REFUNDED
    assert get_cart(cart_id=cart_id).count == 2
    assert on_shelf(jam) == (1, 0)
    assert_books_agree()


def test_a_refund_that_got_no_answer_is_made_later(goods: Goods, provider: GatedProvider) -> None:
    jam = stocked(goods, 1)
    buy(cart_with({jam: 1}), card=CHARGED_IN_SILENCE)
    let_holds_run_out(given_back=True)
    adjust(product_id=jam, change=-1, reason="a broken glass")
    provider.refund = _is_silent(provider)  # type: ignore[method-assign]

    assert settle_due(older_than=AT_ONCE) == 0
    assert status_of(Checkout.objects.get()) == "refunding"
    provider.has_line = True
    assert settle_due(older_than=AT_ONCE) == 1

    assert status_of(Checkout.objects.get()) == "refunded"
    assert_books_agree()


def _is_silent(provider: GatedProvider) -> Any:
    """A refund whose answer is lost, though it was made."""
    refund = provider.refund

    def silent(*, key: str) -> Any:
        refund(key=key)
        del provider.refund
        provider.has_line = False
        return provider.refund(key=key)

    return silent


def test_what_can_t_be_settled_now_is_settled_later_and_holds_up_nothing_else(
    goods: Goods, provider: GatedProvider
) -> None:
    jam = stocked(goods)
    for key in ("1", "2"):
        buy(cart_with({jam: 1}), key=key, card=CHARGED_IN_SILENCE)
    provider.has_line = False
    assert settle_due(older_than=AT_ONCE, limit=1) == 0
    provider.has_line = True

    # The one that failed, which is the older, stands behind the other by now.
    assert settle_due(older_than=AT_ONCE, limit=1) == 1
    assert dict(Checkout.objects.values_list("key", "state")) == {"1": "paying", "2": "completed"}
    assert settle_due(older_than=AT_ONCE) == 1
    assert Order.objects.count() == 2


def test_sweepers_at_once_settle_each_checkout_once(goods: Goods, pool: ThreadPoolExecutor) -> None:
    jam = stocked(goods, 20)
    for number in range(12):
        buy(cart_with({jam: 1}), key=str(number), card=CHARGED_IN_SILENCE if number % 2 else NEVER_ARRIVES)
    gate = threading.Barrier(4)

    def sweep() -> int:
        gate.wait()
        try:
            return settle_due(older_than=AT_ONCE)
        finally:
            connection.close()

    # Whoever claims last may claim again what another is settling: the steps bear that.
    assert sum(future.result() for future in [pool.submit(sweep) for _ in range(4)]) >= 12

    assert Order.objects.count() == 6
    assert on_shelf(jam) == (14, 0)
    assert_books_agree()
