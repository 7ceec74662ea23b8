"""The last unit and many buyers; products locked in opposite orders. Each race with its control."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Barrier

import pytest
from django.db import OperationalError, transaction

from inventory.models import Movement, Stock
from inventory.operations import OutOfStockError, receive, release, reserve, take_back
from inventory.operations.ledger import Change, move
from inventory.queries import get_stock
from tests.integration.at_once import PLANS, together, until_somebody_waits_for_a_lock
from tests.integration.catalog_rows import run_sql
from tests.integration.stock_rows import MINUTES, sums_agree

pytestmark = pytest.mark.usefixtures("own_caches")

WRITERS = 8
ROUNDS = 10


def test_the_last_unit_goes_to_one_of_two_buyers() -> None:
    receive(product_id=1, quantity=1, reason="delivery")
    reserved, waiting = Barrier(2), Barrier(2)
    refused: list[OutOfStockError] = []

    def first() -> None:
        with transaction.atomic():
            reserve(quantities={1: 1}, lasts=MINUTES)
            reserved.wait(timeout=10)
            waiting.wait(timeout=10)
            until_somebody_waits_for_a_lock()

    def second() -> None:
        reserved.wait(timeout=10)
        waiting.wait(timeout=10)
        with pytest.raises(OutOfStockError) as error:
            reserve(quantities={1: 1}, lasts=MINUTES)
        refused.append(error.value)

    together(first, second)

    assert refused[0].short == ((1, 1, 0),)
    assert get_stock(product_id=1).available == 0
    assert sums_agree()


def test_the_control_that_reads_and_then_writes_sells_the_last_unit_twice() -> None:
    receive(product_id=1, quantity=1, reason="delivery")
    both_have_read = Barrier(2)

    def buy() -> None:
        with transaction.atomic():
            left = Stock.objects.get(product_id=1).available
            both_have_read.wait(timeout=10)
            if left >= 1:
                Stock.objects.filter(product_id=1).update(on_hand=left - 1)
                Movement.objects.create(product_id=1, kind="adjusted", on_hand_change=-1, held_change=0, reason="sold")

    together(buy, buy)

    assert Movement.objects.filter(reason="sold").count() == 2
    assert not sums_agree()


def test_many_buyers_take_exactly_what_is_there() -> None:
    receive(product_id=1, quantity=10, reason="delivery")
    taken: list[int] = []

    def buy(quantity: int) -> None:
        for _ in range(ROUNDS):
            with suppress(OutOfStockError):
                reserve(quantities={1: quantity}, lasts=MINUTES)
                taken.append(quantity)

    together(*(partial(buy, 1 + number % 3) for number in range(WRITERS)))

    assert sum(taken) == 10
    assert get_stock(product_id=1).available == 0
    assert sums_agree()


@pytest.mark.parametrize("plan", PLANS)
def test_reserving_the_same_products_in_opposite_orders_never_deadlocks(plan: str) -> None:
    """Without the retries, which would hide it."""
    for product_id in range(1, 7):
        receive(product_id=product_id, quantity=1000, reason="delivery")
    # The rows lie in the table in another order than their ids'.
    run_sql("UPDATE inventory_stock SET held = held WHERE product_id IN (1, 4)")
    reserve_once = reserve.__wrapped__  # type: ignore[attr-defined]
    release_once = release.__wrapped__  # type: ignore[attr-defined]

    def buy(order: list[int]) -> None:
        run_sql(plan)
        for turn in range(ROUNDS):
            some = order[turn % 3 :]
            release_once(reservation_id=reserve_once(quantities=dict.fromkeys(some, 1), lasts=MINUTES))

    there, back = [1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]
    together(*(partial(buy, back if number % 2 else there) for number in range(WRITERS)))

    assert sums_agree()


def test_the_control_that_takes_products_as_they_come_deadlocks() -> None:
    for product_id in (1, 2):
        receive(product_id=product_id, quantity=1000, reason="delivery")
    both_have_one = Barrier(2)
    ended: list[str] = []

    def buy(order: tuple[int, int]) -> None:
        try:
            with transaction.atomic():
                move([Change(order[0], -1, 0)], kind=Movement.Kind.ADJUSTED, reason="sold")
                both_have_one.wait(timeout=10)
                move([Change(order[1], -1, 0)], kind=Movement.Kind.ADJUSTED, reason="sold")
        except OperationalError as error:
            ended.append(str(getattr(error.__cause__, "sqlstate", "")))

    together(partial(buy, (1, 2)), partial(buy, (2, 1)))

    assert ended == ["40P01"]


def first_goods_of_one_while_both_come_back(bring_back: Callable[[], object]) -> list[str]:
    """1. Somebody makes the row of product 1; 2. goods of 1 and 2 come back; 3. the first wants product 2.

    Returns why the database has ended one of the two transactions.
    """
    receive(product_id=2, quantity=5, reason="delivery")
    has_made_it = Barrier(2)
    ended: list[str] = []

    def first() -> None:
        with transaction.atomic():
            receive(product_id=1, quantity=5, reason="delivery")
            has_made_it.wait(timeout=10)
            until_somebody_waits_for_a_lock()
            receive(product_id=2, quantity=5, reason="delivery")

    def second() -> None:
        has_made_it.wait(timeout=10)
        with transaction.atomic():
            bring_back()

    def noting(job: Callable[[], None]) -> None:
        try:
            job()
        except OperationalError as error:
            ended.append(str(getattr(error.__cause__, "sqlstate", "")))

    together(partial(noting, first), partial(noting, second))
    return ended


def test_goods_that_come_back_never_deadlock_with_who_makes_a_row() -> None:
    returned = partial(take_back, quantities={1: 1, 2: 1}, reason="refunded")

    assert first_goods_of_one_while_both_come_back(returned) == []

    assert [get_stock(product_id=product_id).on_hand for product_id in (1, 2)] == [6, 11]
    assert sums_agree()


def test_the_control_that_makes_rows_while_it_holds_others_deadlocks() -> None:
    def returned() -> None:
        move([Change(2, 1, 0)], kind=Movement.Kind.RETURNED, reason="refunded")
        Stock.objects.bulk_create([Stock(product_id=1)], ignore_conflicts=True)

    assert first_goods_of_one_while_both_come_back(returned) == ["40P01"]
