"""Once somebody may have been charged they hear that it is in doubt, however it failed; and so does who asks again."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.utils import timezone

from cart.checkout import CheckoutInProgressError, settle_due
from cart.checkout.sync_points import Point
from cart.models import Checkout
from cart.payments import PaymentInDoubtError
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.checkouts import (
    AT_ONCE,
    CHARGED_IN_SILENCE,
    NEVER_ARRIVES,
    assert_books_agree,
    buy,
    cart_with,
    stocked,
)
from tests.integration.providers import GatedProvider


def at(monkeypatch: pytest.MonkeyPatch, point: Point, do: Callable[[], None]) -> None:
    """Once, when somebody comes to this point."""

    def hook(reached: Point) -> None:
        if reached is point:
            monkeypatch.undo()
            do()

    monkeypatch.setattr("cart.checkout.sync_points.hook", hook)


def cut_the_line() -> None:
    """PostgreSQL ends this thread's session, as a restart does, and takes new ones at once."""

    def end(pid: int) -> None:
        run_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
        connection.close()

    cutter = threading.Thread(target=end, args=[connection.connection.info.backend_pid])
    cutter.start()
    cutter.join()


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, InternalError])
def test_what_fails_after_the_payment_is_in_doubt_for_who_asks_again_too(
    goods: Goods, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    cart_id = cart_with({stocked(goods): 1})

    def fail() -> None:
        raise error("the transaction was ended")

    at(monkeypatch, Point.CONCLUDING, fail)
    pending = buy(cart_id)

    assert pending.order is None
    assert Checkout.objects.get().in_doubt
    assert buy(cart_id) == pending
    assert settle_due(older_than=AT_ONCE) == 1
    assert buy(cart_id).order is not None
    assert_books_agree()


@pytest.mark.parametrize("point", [Point.CHARGED, Point.CONCLUDING, Point.SOLD])
def test_what_is_in_doubt_is_written_down_on_a_connection_that_works(
    goods: Goods, monkeypatch: pytest.MonkeyPatch, point: Point
) -> None:
    cart_id = cart_with({stocked(goods): 1})
    at(monkeypatch, point, cut_the_line)

    assert buy(cart_id).order is None

    assert Checkout.objects.get().in_doubt
    assert settle_due(older_than=AT_ONCE) == 1
    assert_books_agree()


def test_an_order_that_can_t_be_read_back_is_no_error_and_not_in_doubt(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    cart_id = cart_with({stocked(goods): 1})

    def fail(**asked: object) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("cart.checkout.answers.view_of_order", fail)
    assert buy(cart_id).order is None
    monkeypatch.undo()

    checkout = Checkout.objects.get()
    assert (checkout.state, checkout.in_doubt) == (Checkout.State.COMPLETED, False)
    assert buy(cart_id).order is not None


def test_a_retry_that_can_t_settle_what_a_dead_process_left_hears_that_it_is_in_doubt(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    cart_id = cart_with({stocked(goods): 1})
    buy(cart_id, card=CHARGED_IN_SILENCE)
    Checkout.objects.update(in_doubt=False, paying_since=timezone.now() - timedelta(minutes=1))
    at(monkeypatch, Point.SOLD, cut_the_line)

    assert buy(cart_id, card=CHARGED_IN_SILENCE).order is None
    assert Checkout.objects.get().in_doubt


def test_what_the_sweeper_has_settled_is_not_in_doubt_for_who_hears_nothing(
    goods: Goods, provider: GatedProvider
) -> None:
    charge = provider.charge

    def silent(**asked: Any) -> Any:
        charge(**asked)
        assert settle_due(older_than=AT_ONCE) == 1
        raise PaymentInDoubtError("the answer is lost")

    provider.charge = silent  # type: ignore[method-assign]

    assert buy(cart_with({stocked(goods): 1})).order is not None
    assert not Checkout.objects.get().in_doubt


def test_who_hears_nothing_about_what_was_given_up_does_not_put_the_next_attempt_in_doubt(
    goods: Goods, provider: GatedProvider, pool: ThreadPoolExecutor
) -> None:
    """1. A request stalls; 2. its payment is given up; 3. the next one asks; 4. the first hears nothing, and the second
    is still being paid."""
    cart_id = cart_with({stocked(goods): 1})
    charge = provider.charge
    still_paying: list[bool] = []

    def second(**asked: Any) -> Any:
        stalled.set()
        assert first.exception(20) is None
        still_paying.append(not Checkout.objects.get().in_doubt)
        return charge(**asked)

    def silent(**asked: Any) -> Any:
        settle_due(older_than=AT_ONCE)
        provider.charge = second  # type: ignore[method-assign]
        given_up.set()
        assert stalled.wait(20)
        raise PaymentInDoubtError("no answer")

    def ask() -> None:
        try:
            with suppress(CheckoutInProgressError):
                buy(cart_id)
        finally:
            connection.close()

    stalled, given_up = threading.Event(), threading.Event()
    provider.charge = silent  # type: ignore[method-assign]
    first = pool.submit(ask)
    assert given_up.wait(20)

    assert buy(cart_id).order is not None
    assert still_paying == [True]
    assert_books_agree()


def test_the_next_attempt_begins_without_what_became_of_the_first(goods: Goods) -> None:
    cart_id = cart_with({stocked(goods): 1})
    buy(cart_id, card=NEVER_ARRIVES)
    settle_due(older_than=AT_ONCE)
    Checkout.objects.update(in_doubt=True)

    def look(point: Point) -> None:
        if point is Point.PAYING:
            seen.append(Checkout.objects.values_list("attempt", "in_doubt", "outcome").get())

    seen: list[tuple[int, bool, str]] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("cart.checkout.sync_points.hook", look)
        buy(cart_id, card=NEVER_ARRIVES)

    assert seen == [(2, False, "")]
