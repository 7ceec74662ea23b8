"""A commit against a release and against the sweep, each way round: a reservation is closed once."""

from threading import Barrier

import pytest
from django.db import transaction

from inventory.models import Movement, Reservation
from inventory.operations import ReservationNotOpenError, commit, expire_due, receive, release, reserve
from inventory.operations.closing import lines_of
from inventory.operations.ledger import move
from inventory.queries import get_stock
from inventory.snapshots import StockSnapshot
from tests.integration.at_once import together, until_somebody_waits_for_a_lock
from tests.integration.catalog_rows import run_sql
from tests.integration.stock_rows import MINUTES, sums_agree

pytestmark = pytest.mark.usefixtures("own_caches")

DUE_SOON = "UPDATE inventory_reservation SET expires_at = clock_timestamp() + interval '3 seconds' WHERE id = %s"
UNTIL_DUE = """
    SELECT pg_sleep(extract(epoch FROM expires_at - clock_timestamp()) + 0.01) FROM inventory_reservation WHERE id = %s
"""


@pytest.fixture
def reservation_id(own_caches: None) -> int:
    """4 of 10; another 6 are somebody else's."""
    receive(product_id=1, quantity=10, reason="delivery")
    reserve(quantities={1: 6}, lasts=MINUTES)
    return reserve(quantities={1: 4}, lasts=MINUTES)


def status_of(reservation_id: int) -> str:
    return Reservation.objects.get(pk=reservation_id).status


def test_the_sweep_leaves_alone_what_is_being_committed(reservation_id: int) -> None:
    run_sql(DUE_SOON, reservation_id)
    committing, swept = Barrier(2), Barrier(2)
    expired: list[int] = []

    def pay() -> None:
        with transaction.atomic():
            commit(reservation_id=reservation_id)
            run_sql(UNTIL_DUE, reservation_id)
            committing.wait(timeout=10)
            swept.wait(timeout=10)

    def sweep() -> None:
        committing.wait(timeout=10)
        expired.append(expire_due())
        swept.wait(timeout=10)

    together(pay, sweep)

    assert expired == [0]
    assert status_of(reservation_id) == "committed"
    assert get_stock(product_id=1) == StockSnapshot(1, 6, 6)
    assert sums_agree()


@pytest.mark.parametrize("end", ["expired", "released"])
def test_a_commit_that_comes_second_is_refused_and_moves_nothing(reservation_id: int, end: str) -> None:
    if end == "expired":
        run_sql(DUE_SOON, reservation_id)
    closed, waiting = Barrier(2), Barrier(2)
    refused: list[str] = []

    def close() -> None:
        with transaction.atomic():
            if end == "expired":
                run_sql(UNTIL_DUE, reservation_id)
                expire_due()
            else:
                release(reservation_id=reservation_id)
            closed.wait(timeout=10)
            waiting.wait(timeout=10)
            if end == "released":
                until_somebody_waits_for_a_lock()

    def pay() -> None:
        closed.wait(timeout=10)
        waiting.wait(timeout=10)
        with pytest.raises(ReservationNotOpenError) as error:
            commit(reservation_id=reservation_id)
        refused.append(error.value.status)

    together(close, pay)

    assert refused == [end]
    assert status_of(reservation_id) == end
    assert not Movement.objects.filter(kind="sold").exists()
    assert sums_agree()


def test_the_control_that_looks_first_sells_what_was_given_back(reservation_id: int) -> None:
    looked, released = Barrier(2), Barrier(2)

    def pay() -> None:
        with transaction.atomic():
            assert status_of(reservation_id) == "open"
            looked.wait(timeout=10)
            released.wait(timeout=10)
            move([line.change(sold=True) for line in lines_of([reservation_id])], kind=Movement.Kind.SOLD)

    def close() -> None:
        looked.wait(timeout=10)
        release(reservation_id=reservation_id)
        released.wait(timeout=10)

    together(pay, close)

    assert set(Movement.objects.filter(reservation_id=reservation_id).values_list("kind", flat=True)) == {
        "held",
        "released",
        "sold",
    }
    assert not sums_agree()


def test_a_release_that_comes_second_does_nothing(reservation_id: int) -> None:
    committed, waiting = Barrier(2), Barrier(2)
    answers: list[bool] = []

    def pay() -> None:
        with transaction.atomic():
            commit(reservation_id=reservation_id)
            committed.wait(timeout=10)
            waiting.wait(timeout=10)
            until_somebody_waits_for_a_lock()

    def give_up() -> None:
        committed.wait(timeout=10)
        waiting.wait(timeout=10)
        answers.append(release(reservation_id=reservation_id))

    together(pay, give_up)

    assert answers == [False]
    assert get_stock(product_id=1) == StockSnapshot(1, 6, 6)
    assert sums_agree()


def test_two_sweeps_at_once_close_each_reservation_once(own_caches: None) -> None:
    receive(product_id=1, quantity=1000, reason="delivery")
    for _ in range(120):
        reserve(quantities={1: 1}, lasts=MINUTES)
    run_sql("UPDATE inventory_reservation SET expires_at = clock_timestamp()")
    expired: list[int] = []

    together(*[lambda: expired.append(expire_due())] * 3)

    assert sum(expired) == 120
    assert get_stock(product_id=1) == StockSnapshot(1, 1000, 0)
    assert sums_agree()
