"""Sales start and end, by hand and by the database's clock, once each, and whatever was down meanwhile."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import permutations
from time import perf_counter

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from catalog.flash_sales import turning
from catalog.flash_sales.turning import (
    FlashSaleNotFoundError,
    FlashSaleStateError,
    end_sale,
    run_due_sales,
    start_sale,
)
from catalog.models import FlashSale
from catalog.tasks import run_flash_sales
from tests.integration.at_once import together
from tests.integration.catalog_rows import logged, make_category, make_product
from tests.integration.flash_sales import make_sale, paid, turn

pytestmark = pytest.mark.django_db(transaction=True)
PAST, SOON = timedelta(hours=-1), timedelta(hours=1)


@pytest.fixture
def jam() -> int:
    """A product that costs 10.00."""
    return make_product(make_category(), "JAM-1", amount="10.00").pk


def state(sale_id: int) -> str:
    return FlashSale.objects.get(pk=sale_id).state


def planned(jam: int, *, starts: timedelta | None, ends: timedelta | None = None, percent_off: str = "20") -> int:
    now = timezone.now()
    return make_sale(
        [jam],
        percent_off=percent_off,
        starts_at=None if starts is None else now + starts,
        ends_at=None if ends is None else now + ends,
    )


def test_a_sale_is_started_and_ended_by_hand_and_it_is_written_down_who_did_it(jam: int) -> None:
    keeper = User.objects.create_superuser("keeper")
    sale_id = make_sale([jam])

    assert start_sale(sale_id=sale_id, user_id=keeper.pk) == 1
    assert (state(sale_id), paid(jam)) == ("on", "8.00")
    assert end_sale(sale_id=sale_id, user_id=keeper.pk) == 1
    assert (state(sale_id), paid(jam)) == ("ended", "10.00")

    told = [entry.get_change_message() for entry in LogEntry.objects.order_by("id")]
    assert told == ["Changed state from “scheduled” to “on”.", "Changed state from “on” to “ended”."]


@pytest.mark.parametrize(
    ("was", "operation", "why"),
    [
        ("on", start_sale, "it is on already"),
        ("ended", start_sale, "it was ended already"),
        ("cancelled", start_sale, "it was cancelled already"),
        ("scheduled", end_sale, "it has not started"),
        ("ended", end_sale, "it was ended already"),
    ],
)
def test_a_sale_is_turned_once(jam: int, was: str, operation: Callable[..., int], why: str) -> None:
    sale_id = make_sale([jam])
    turn(sale_id, was)

    with logged() as changes, pytest.raises(FlashSaleStateError, match=why):
        operation(sale_id=sale_id)

    assert (state(sale_id), changes.rows) == (was, [])


def test_a_sale_whose_end_has_passed_can_not_be_started(jam: int) -> None:
    sale_id = planned(jam, starts=None, ends=PAST)

    with pytest.raises(FlashSaleStateError, match="its end has passed already"):
        start_sale(sale_id=sale_id)


def test_nobody_turns_a_sale_that_is_not_there() -> None:
    with pytest.raises(FlashSaleNotFoundError):
        start_sale(sale_id=77)


def test_of_two_who_start_a_sale_at_once_one_wins(jam: int) -> None:
    sale_id = make_sale([jam])
    told: list[str] = []

    def start() -> None:
        try:
            start_sale(sale_id=sale_id)
            told.append("started")
        except FlashSaleStateError:
            told.append("refused")

    with logged() as changes:
        together(start, start)

    assert sorted(told) == ["refused", "started"]
    assert [row.operation for row in changes.rows if row.entity == "flash_sale"] == ["started", "changed"]


def test_what_is_due_starts_and_ends(jam: int) -> None:
    begins, over = planned(jam, starts=PAST, ends=SOON), planned(jam, starts=None, ends=PAST, percent_off="50")
    turn(over, "on")
    later, by_hand = planned(jam, starts=SOON), planned(jam, starts=None)
    assert paid(jam) == "5.00"

    assert run_due_sales() == 2

    assert [state(one) for one in (begins, over, later, by_hand)] == ["on", "ended", "scheduled", "scheduled"]
    assert paid(jam) == "8.00"
    assert run_due_sales() == 0


@pytest.mark.parametrize("order", list(permutations(("first", "second", "missed"))))
def test_sales_across_a_restart_end_up_as_their_times_say(
    jam: int, order: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything was down: one should have started, one started and ended, and one that was on should have ended."""
    plans = {
        "first": planned(jam, starts=PAST, ends=SOON, percent_off="10"),
        "second": planned(jam, starts=None, ends=PAST / 2, percent_off="30"),
        "missed": planned(jam, starts=PAST, ends=PAST / 2, percent_off="50"),
    }
    turn(plans["second"], "on")
    in_order = f"SELECT id FROM unnest(ARRAY{[plans[name] for name in order]}) AS due (id)"  # noqa: S608  our ids
    monkeypatch.setattr(turning, "_DUE", in_order)

    with logged() as changes:
        run_flash_sales()

    assert {name: state(sale_id) for name, sale_id in plans.items()} == {
        "first": "on",
        "second": "ended",
        "missed": "ended",
    }
    assert paid(jam) == "9.00"
    told = {row.ids[0]: row.operation for row in changes.rows if row.operation in ("started", "ended")}
    assert told == {plans["first"]: "started", plans["second"]: "ended"}
    assert FlashSale.objects.get(pk=plans["missed"]).started_at is None


def test_several_workers_do_what_is_due_once(jam: int) -> None:
    sale_id = planned(jam, starts=PAST)

    with logged() as changes:
        together(*[run_due_sales] * 4)

    assert state(sale_id) == "on"
    assert [row.operation for row in changes.rows if row.entity == "flash_sale"] == ["started", "changed"]


@pytest.fixture
def held_lock() -> Iterator[None]:
    """Somebody turns another sale, and takes long."""
    other = connection.copy()
    try:
        with transaction.atomic(), other.cursor() as cursor:
            other.set_autocommit(False)
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalog_flash_sales'))")
            yield
    finally:
        other.close()


def test_a_worker_does_not_wait_for_another_and_comes_back(jam: int, held_lock: None) -> None:
    sale_id = planned(jam, starts=PAST)

    began = perf_counter()
    assert run_due_sales() == 0

    assert perf_counter() - began < 2
    assert state(sale_id) == "scheduled"
