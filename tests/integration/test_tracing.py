"""The way of each change is written down once, with its times, and counted; the last 1,000 are kept."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from shop.events import tracing
from shop.events.messages import CHANGED, FLASH_SALE_STARTED, RESET, Event
from shop.events.models import StageCount, Trace
from shop.events.tracing import BOUNDS_MS, KEPT, Times, trace, trace_dropped

pytestmark = pytest.mark.django_db

COMMITTED_MS = 1_732_345_678_000


def event(number: int = 17, *, kind: str = CHANGED, entity: str = "price", ids: tuple[int, ...] = (7, 9)) -> Event:
    return Event(
        id=number,
        database="3f9c52d07ab1",
        type=kind,
        entity=entity,
        ids=ids,
        versions=ids,
        transaction=771,
        committed_at=COMMITTED_MS,
        published_at=COMMITTED_MS + 30,
    )


def applied_after(ms: int) -> Times:
    return Times(COMMITTED_MS + ms - 1, COMMITTED_MS + ms)


def at(ms: int) -> datetime:
    return datetime.fromtimestamp((COMMITTED_MS + ms) / 1000, UTC)


def counts(stage: str) -> dict[int, tuple[int, float]]:
    return {one.bound_ms: (one.changes, one.total_ms) for one in StageCount.objects.filter(stage=stage)}


def test_a_change_s_way_is_kept_with_all_of_its_times() -> None:
    trace([event()], applied_after(42))

    one = Trace.objects.get()
    assert (one.change_id, one.entity, one.operation, one.rows, one.transaction) == (17, "price", "changed", 2, 771)
    assert (one.committed_at, one.published_at, one.consumed_at, one.applied_at) == (at(0), at(30), at(41), at(42))
    assert (one.dropped_at, one.processes) == (None, 0)


def test_each_type_has_its_operation() -> None:
    reset, sale = event(2, kind=RESET, entity="seeding", ids=()), event(3, kind=FLASH_SALE_STARTED, entity="flash_sale")

    trace([event(1), reset, sale], applied_after(1))

    assert list(Trace.objects.order_by("change_id").values_list("operation", flat=True)) == [
        "changed",
        "reset",
        "started",
    ]


def test_an_event_that_comes_again_keeps_its_first_times_and_is_counted_once() -> None:
    trace([event(), event()], applied_after(42))
    trace([event()], applied_after(9_000))

    assert Trace.objects.get().applied_at == at(42)
    assert counts("applied") == {50: (1, 42.0)}


def test_nothing_is_traced_of_nothing() -> None:
    trace([], applied_after(1))
    trace_dropped([], at_ms=COMMITTED_MS)

    assert not Trace.objects.exists()
    assert not StageCount.objects.exists()


def test_only_the_last_thousand_are_kept_and_the_counts_go_on() -> None:
    trace([event(number) for number in range(1, KEPT + 1)], applied_after(5))
    trace([event(number) for number in range(KEPT + 1, KEPT + 6)], applied_after(5))

    assert KEPT == Trace.objects.count() == 1_000
    assert Trace.objects.earliest("change_id").change_id == 6
    assert counts("applied") == {10: (KEPT + 5, 5.0 * (KEPT + 5))}


def test_a_change_that_was_long_on_its_way_is_kept_whatever_its_number() -> None:
    trace([event(number) for number in range(1_001, 1_001 + KEPT)], applied_after(5))

    trace([event(17)], applied_after(90_000))

    assert Trace.objects.count() == KEPT
    assert Trace.objects.get(change_id=17).applied_at == at(90_000)
    assert not Trace.objects.filter(change_id=1_001).exists(), "of those that were applied at once the first goes"


def test_what_is_pruned_is_found_by_index() -> None:
    trace([event(number) for number in range(1, KEPT + 1)], applied_after(5))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE events_trace")
        cursor.execute("EXPLAIN " + tracing._PRUNE, [KEPT])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert plan.count("trace_by_time") == 2
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("ms", "bound"),
    [(0, 10), (9, 10), (11, 25), (499, 500), (9_999, 10_000), (10_001, 0), (90_000, 0)],
)
def test_each_time_is_counted_in_its_bucket(ms: int, bound: int) -> None:
    trace([event()], applied_after(ms))

    assert counts("applied") == {bound: (1, float(ms))}
    assert bound in (*BOUNDS_MS, 0)


def test_a_clock_that_is_behind_counts_as_no_time() -> None:
    trace([event()], applied_after(-500))

    assert counts("applied") == {10: (1, 0.0)}


def test_of_several_processes_the_last_that_dropped_it_counts() -> None:
    trace([event(1), event(2)], applied_after(42))

    trace_dropped([1, 2], at_ms=COMMITTED_MS + 60)
    trace_dropped([1], at_ms=COMMITTED_MS + 300)
    trace_dropped([1], at_ms=COMMITTED_MS + 45)
    trace_dropped([99], at_ms=COMMITTED_MS)

    found = {one.change_id: (one.dropped_at, one.processes) for one in Trace.objects.all()}
    assert found == {1: (at(300), 3), 2: (at(60), 1)}
    assert counts("dropped") == {50: (1, 45.0), 100: (2, 120.0), 500: (1, 300.0)}
