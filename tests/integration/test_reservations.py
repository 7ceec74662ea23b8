"""Reserve, commit, release, expire: each with what it refuses."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from inventory.models import Movement, Reservation, Stock
from inventory.operations import (
    OutOfStockError,
    ReservationNotOpenError,
    Shortage,
    StockDamagedError,
    commit,
    expire_due,
    receive,
    release,
    reserve,
)
from inventory.queries import get_stock, get_stocks
from inventory.snapshots import StockSnapshot
from inventory.tasks import expire_reservations
from tests.integration.stock_rows import MINUTES, expire, ledger_of, sums_agree

pytestmark = pytest.mark.usefixtures("own_caches", "shelf")


@pytest.fixture
def shelf(own_caches: None) -> None:
    """10 of product 1, 3 of product 2, none of product 3."""
    receive(product_id=1, quantity=10, reason="delivery")
    receive(product_id=2, quantity=3, reason="delivery")


def test_reserved_goods_are_on_hand_and_not_available() -> None:
    reservation_id = reserve(quantities={2: 1, 1: 4}, lasts=MINUTES, reference="order 7")

    assert get_stocks(product_ids=(1, 2)) == {1: StockSnapshot(1, 10, 4), 2: StockSnapshot(2, 3, 1)}
    reservation = Reservation.objects.get(pk=reservation_id)
    assert (reservation.status, reservation.reference) == ("open", "order 7")
    assert reservation.expires_at - reservation.created_at == pytest.approx(MINUTES, abs=timedelta(seconds=1))
    assert ledger_of(1)[-1] == ("held", 0, 4)
    assert sums_agree()


def test_it_is_all_or_nothing_and_says_everything_that_is_short() -> None:
    with pytest.raises(OutOfStockError) as refused:
        reserve(quantities={3: 1, 1: 10, 2: 4}, lasts=MINUTES)

    assert refused.value.short == (Shortage(2, 4, 3), Shortage(3, 1, 0))
    assert get_stock(product_id=1) == StockSnapshot(1, 10, 0)
    assert not Reservation.objects.exists()
    assert not Movement.objects.filter(kind="held").exists()


def test_what_is_held_can_not_be_held_again() -> None:
    reserve(quantities={2: 2}, lasts=MINUTES)

    with pytest.raises(OutOfStockError) as refused:
        reserve(quantities={2: 2}, lasts=MINUTES)

    assert refused.value.short == (Shortage(2, 2, 1),)


def test_sold_goods_leave_the_shelf() -> None:
    reservation_id = reserve(quantities={1: 4, 2: 3}, lasts=MINUTES)
    commit(reservation_id=reservation_id, reference="order 8")

    assert get_stocks(product_ids=(1, 2)) == {1: StockSnapshot(1, 6, 0), 2: StockSnapshot(2, 0, 0)}
    reservation = Reservation.objects.get(pk=reservation_id)
    assert (reservation.status, reservation.reference) == ("committed", "order 8")
    assert ledger_of(2) == [("received", 3, 0), ("held", 0, 3), ("sold", -3, -3)]
    assert Movement.objects.filter(reservation_id=reservation_id).count() == 4
    assert sums_agree()


def test_a_commit_without_a_reference_keeps_the_old_one() -> None:
    reservation_id = reserve(quantities={1: 1}, lasts=MINUTES, reference="order 7")
    commit(reservation_id=reservation_id)

    assert Reservation.objects.get(pk=reservation_id).reference == "order 7"


def test_released_goods_are_available_again_and_a_second_release_does_nothing() -> None:
    reservation_id = reserve(quantities={1: 4}, lasts=MINUTES)

    assert release(reservation_id=reservation_id) is True
    assert release(reservation_id=reservation_id) is False

    assert get_stock(product_id=1) == StockSnapshot(1, 10, 0)
    assert ledger_of(1) == [("received", 10, 0), ("held", 0, 4), ("released", 0, -4)]
    assert sums_agree()


def test_nothing_is_released_where_there_is_no_reservation() -> None:
    assert release(reservation_id=4711) is False


@pytest.mark.parametrize("end", ["committed", "released"])
def test_a_closed_reservation_can_not_be_committed(end: str) -> None:
    reservation_id = reserve(quantities={1: 4}, lasts=MINUTES)
    if end == "committed":
        commit(reservation_id=reservation_id)
    else:
        release(reservation_id=reservation_id)
    before = get_stock(product_id=1)

    with pytest.raises(ReservationNotOpenError, match=end) as refused:
        commit(reservation_id=reservation_id)

    assert refused.value.status == end
    assert get_stock(product_id=1) == before


def test_an_unknown_reservation_can_not_be_committed() -> None:
    with pytest.raises(ReservationNotOpenError, match="not there") as refused:
        commit(reservation_id=4711)

    assert refused.value.status == ""


def test_a_reservation_past_its_time_can_not_be_committed_before_the_sweep_either() -> None:
    reservation_id = reserve(quantities={1: 4}, lasts=MINUTES)
    expire(reservation_id)

    with pytest.raises(ReservationNotOpenError) as refused:
        commit(reservation_id=reservation_id)

    assert refused.value.status == "expired"
    assert get_stock(product_id=1).held == 4


def test_the_sweep_gives_back_what_is_past_its_time_and_nothing_else() -> None:
    old = [reserve(quantities={1: 2, 2: 1}, lasts=MINUTES) for _ in range(2)]
    young = reserve(quantities={1: 3}, lasts=MINUTES)
    for reservation_id in old:
        expire(reservation_id)

    assert expire_due() == 2
    assert expire_due() == 0

    statuses = dict(Reservation.objects.values_list("id", "status"))
    assert statuses == {old[0]: "expired", old[1]: "expired", young: "open"}
    assert get_stocks(product_ids=(1, 2)) == {1: StockSnapshot(1, 10, 3), 2: StockSnapshot(2, 3, 0)}
    assert Movement.objects.filter(kind="released").count() == 4
    assert sums_agree()


def test_the_queue_s_task_is_the_sweep() -> None:
    expire(reserve(quantities={1: 2}, lasts=MINUTES))

    assert expire_reservations() == 1
    assert get_stock(product_id=1).held == 0


def test_the_sweep_goes_on_over_many_batches_up_to_its_limit() -> None:
    receive(product_id=5, quantity=300, reason="delivery")
    for _ in range(205):
        expire(reserve(quantities={5: 1}, lasts=MINUTES))

    assert expire_due(limit=102) == 102
    assert expire_due() == 103
    assert get_stock(product_id=5) == StockSnapshot(5, 300, 0)
    assert sums_agree()


def test_a_reservation_in_a_transaction_that_is_rolled_back_leaves_nothing() -> None:
    with transaction.atomic():
        reserve(quantities={1: 4}, lasts=MINUTES)
        transaction.set_rollback(True)

    assert get_stock(product_id=1) == StockSnapshot(1, 10, 0)
    assert not Reservation.objects.exists()
    assert sums_agree()


def test_a_refusal_leaves_the_transaction_around_it_usable() -> None:
    with transaction.atomic():
        with pytest.raises(OutOfStockError):
            reserve(quantities={1: 11}, lasts=MINUTES)
        reserve(quantities={1: 10}, lasts=MINUTES)

    assert get_stock(product_id=1) == StockSnapshot(1, 10, 10)
    assert sums_agree()


@pytest.mark.parametrize(
    "quantities", [{}, {1: 0}, {1: -1}, {1: 1_000_001}, {1: True}, {0: 1}, dict.fromkeys(range(1, 502), 1)]
)
def test_impossible_reservations_are_refused(quantities: dict[int, int]) -> None:
    with pytest.raises(ValidationError):
        reserve(quantities=quantities, lasts=MINUTES)


@pytest.mark.parametrize("lasts", [timedelta(0), timedelta(seconds=-1), timedelta(days=1, seconds=1)])
def test_impossible_times_are_refused(lasts: timedelta) -> None:
    with pytest.raises(ValidationError, match="at most a day"):
        reserve(quantities={1: 1}, lasts=lasts)


def test_a_reference_that_can_not_be_kept_is_refused() -> None:
    for reference in ("x" * 101, "null\x00"):
        with pytest.raises(ValidationError, match="100 characters"):
            reserve(quantities={1: 1}, lasts=MINUTES, reference=reference)


def test_stock_that_somebody_damaged_is_not_sold_from_and_not_given_back_to() -> None:
    sold, given_back = (reserve(quantities={1: 2, 2: 1}, lasts=MINUTES) for _ in range(2))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_stock SET held = 0 WHERE product_id = 1")

    with pytest.raises(StockDamagedError):
        commit(reservation_id=sold)
    assert Reservation.objects.get(pk=sold).status == "open"

    assert release(reservation_id=given_back) is True
    assert dict(Stock.objects.values_list("product_id", "held")) == {1: 0, 2: 1}
