"""A transaction that the database ended because of its neighbours is run again: a few times, and never half of it."""

from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from inventory.operations import receive, reserve
from inventory.queries import get_stock
from shop.caching.clock import ManualClock
from shop.events.retry import FIRST_PAUSE_S, MOST_RETRIES, retried
from tests.integration.at_once import together, until_somebody_waits_for_a_lock
from tests.integration.catalog_rows import run_sql
from tests.integration.stock_rows import MINUTES, sums_agree

pytestmark = pytest.mark.usefixtures("own_caches")


class Failing:
    """An operation that the database ends `times` times, and whose answer is how often it ran."""

    def __init__(self, error: type[Exception], times: int) -> None:
        self.error, self.times, self.runs = error, times, 0

    def __call__(self) -> int:
        self.runs += 1
        if self.runs <= self.times:
            raise OperationalError("ended") from self.error()
        return self.runs


def run(operation: Failing, clock: ManualClock | None = None) -> int:
    def once() -> int:
        return operation()

    return retried(once, clock=clock or ManualClock())()


@pytest.mark.parametrize("error", [DeadlockDetected, SerializationFailure])
def test_what_the_database_ended_is_run_again_up_to_three_times(error: type[Exception]) -> None:
    assert run(Failing(error, MOST_RETRIES)) == MOST_RETRIES + 1

    always = Failing(error, 99)
    with pytest.raises(OperationalError):
        run(always)
    assert always.runs == MOST_RETRIES + 1


def test_the_pauses_are_short() -> None:
    clock = ManualClock()
    began = clock.now()

    run(Failing(DeadlockDetected, MOST_RETRIES), clock)

    assert 0 < clock.now() - began <= FIRST_PAUSE_S * 7


def test_other_failures_are_not_run_again() -> None:
    locked_out = Failing(LockNotAvailable, 1)

    with pytest.raises(OperationalError):
        run(locked_out)

    assert locked_out.runs == 1


def test_inside_another_transaction_nothing_is_run_again() -> None:
    ended = Failing(DeadlockDetected, 1)

    with transaction.atomic(), pytest.raises(OperationalError):
        run(ended)

    assert ended.runs == 1


def against_somebody_at_psql(buy: Callable[[], object]) -> None:
    """By hand, rows are locked against the order; whoever looks for a deadlock first is ended.

    Who waits looks once. So the buyer looks when the other has surely come to wait for it, and neither gives up before.
    """
    for product_id in (1, 2):
        receive(product_id=product_id, quantity=5, reason="delivery")
    second_is_locked = Barrier(2)

    def by_hand() -> None:
        with transaction.atomic():
            run_sql("SET LOCAL deadlock_timeout = '60s'; SET LOCAL lock_timeout = 0")
            run_sql("SELECT 1 FROM inventory_stock WHERE product_id = 2 FOR UPDATE")
            second_is_locked.wait(timeout=10)
            until_somebody_waits_for_a_lock()
            run_sql("SELECT 1 FROM inventory_stock WHERE product_id = 1 FOR UPDATE")

    def then_buy() -> None:
        run_sql("SET deadlock_timeout = '3s'; SET lock_timeout = 0")
        second_is_locked.wait(timeout=10)
        buy()

    together(by_hand, then_buy)


def test_a_reservation_that_is_chosen_to_give_way_is_made_all_the_same() -> None:
    against_somebody_at_psql(lambda: reserve(quantities={1: 2, 2: 3}, lasts=MINUTES))

    assert get_stock(product_id=1).held == 2
    assert get_stock(product_id=2).held == 3
    assert sums_agree()


def test_the_control_without_retries_fails() -> None:
    once = reserve.__wrapped__  # type: ignore[attr-defined]

    with pytest.raises(OperationalError, match="deadlock"):
        against_somebody_at_psql(lambda: once(quantities={1: 2, 2: 3}, lasts=MINUTES))

    assert get_stock(product_id=1).held == 0
