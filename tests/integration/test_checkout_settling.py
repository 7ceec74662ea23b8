"""Payments that nobody waits for any more come to an end: an order, or the goods on the shelf and no money taken."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cart.checkout import settle_due
from cart.models import Checkout, Order
from cart.payments import TILL, Card, ChargeStatus
from cart.queries import get_cart
from cart.tasks import settle_payments
from tests.goods import Goods
from tests.integration.checkouts import (
    AT_ONCE,
    CHARGED_IN_SILENCE,
    NEVER_ARRIVES,
    assert_books_agree,
    buy,
    cart_with,
    on_shelf,
    status_of,
    stocked,
)
from tests.integration.providers import GatedProvider


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
