"""The sweeper's queue: no row that can't be brought to its end, and no slow provider, holds up what stands behind."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, InternalError, connection
from django.utils import timezone

from cart.checkout import settle_due
from cart.checkout.refunding import refund_due
from cart.checkout.sweeping import sweep
from cart.checkout.sync_points import Point
from cart.models import Checkout, MockCharge, Order
from cart.payments import PaymentInDoubtError
from inventory.operations import receive
from shop.caching.clock import ManualClock
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.checkouts import (
    AT_ONCE,
    CHARGED_IN_SILENCE,
    assert_books_agree,
    buy,
    cart_with,
    stocked,
)
from tests.integration.providers import GatedProvider


def in_doubt(goods: Goods, *keys: str) -> None:
    """A checkout under each key, the first one the oldest."""
    jam = stocked(goods, 20)
    for key in keys:
        buy(cart_with({jam: 1}), key=key, card=CHARGED_IN_SILENCE)


def states() -> dict[str, str]:
    return dict(Checkout.objects.values_list("key", "state"))


def failing_first(monkeypatch: pytest.MonkeyPatch, fail: Any) -> None:
    """The first order that is written from here on fails."""

    def hook(point: Point) -> None:
        if point is Point.ORDERED:
            monkeypatch.undo()
            fail()

    monkeypatch.setattr("cart.checkout.sync_points.hook", hook)


@pytest.mark.parametrize("error", [InternalError("idle for too long"), LookupError("no charge")], ids=["db", "bank"])
def test_a_checkout_that_can_t_be_settled_holds_up_no_other(
    goods: Goods, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    in_doubt(goods, "1", "2", "3")

    def fail() -> None:
        raise error

    failing_first(monkeypatch, fail)

    assert settle_due(older_than=AT_ONCE) == 2
    assert states() == {"1": "paying", "2": "completed", "3": "completed"}
    assert settle_due(older_than=AT_ONCE) == 1
    assert_books_agree()


def test_a_connection_that_is_cut_at_one_checkout_is_replaced_for_the_next(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_doubt(goods, "1", "2")

    def cut_the_line() -> None:
        cutter = threading.Thread(target=_end_session, args=[connection.connection.info.backend_pid])
        cutter.start()
        cutter.join()

    failing_first(monkeypatch, cut_the_line)

    assert settle_due(older_than=AT_ONCE) == 1
    assert states() == {"1": "paying", "2": "completed"}


def _end_session(pid: int) -> None:
    run_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
    connection.close()


def test_the_end_of_a_task_s_time_is_no_row_s_fault(goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    in_doubt(goods, "1", "2")

    def time_is_up() -> None:
        raise SoftTimeLimitExceeded

    failing_first(monkeypatch, time_is_up)

    with pytest.raises(SoftTimeLimitExceeded):
        sweep(older_than=AT_ONCE)
    assert set(states().values()) == {"paying"}


@pytest.mark.parametrize("what_fails", ["a checkout", "all checkouts"])
def test_refunds_are_made_whatever_becomes_of_checkouts(
    goods: Goods, monkeypatch: pytest.MonkeyPatch, what_fails: str
) -> None:
    buy(cart_with({stocked(goods): 1}), key="done")
    Order.objects.update(status="refunding", takes_back=True)
    in_doubt(goods, "doubt")

    def fail(*args: Any, **more: Any) -> Any:
        raise DatabaseError("the table is locked")

    if what_fails == "a checkout":
        failing_first(monkeypatch, fail)
    else:
        monkeypatch.setattr("cart.checkout.sweeping.settle_due", fail)

    assert sweep(older_than=AT_ONCE) == 1
    assert Order.objects.get().status == "refunded"


def test_a_refund_that_can_t_be_made_holds_up_no_other(goods: Goods) -> None:
    second = goods.ids[1]
    receive(product_id=second, quantity=5, reason="a delivery")
    lost = buy(cart_with({stocked(goods): 1}), key="lost").id
    buy(cart_with({second: 1}), key="good")
    Order.objects.update(status="refunding", takes_back=False, changed_at=timezone.now() - timedelta(minutes=1))
    Order.objects.filter(pk=lost).update(changed_at=timezone.now() - timedelta(minutes=2))
    MockCharge.objects.filter(key__startswith=str(lost)).delete()

    assert refund_due() == 1
    assert set(Order.objects.values_list("status", flat=True)) == {"refunding", "refunded"}


def test_a_provider_that_hangs_costs_a_run_a_few_seconds_and_the_rest_comes_up_next(
    goods: Goods, provider: GatedProvider
) -> None:
    keys = [str(number) for number in range(6)]
    in_doubt(goods, *keys)
    clock, asked = ManualClock(), []

    def hangs(*, key: str) -> Any:
        asked.append(key)
        clock.advance(3)
        raise PaymentInDoubtError("no answer within 3 s")

    provider.cancel = hangs  # type: ignore[method-assign]

    for run in (1, 2, 3):
        assert settle_due(older_than=AT_ONCE, clock=clock) == 0
        assert len(asked) == 2 * run
    assert len(set(asked)) == 6
