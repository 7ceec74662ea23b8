"""Traces behind the counter: the list, the figures above it, relays and consumers, and the dashboard's card."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from shop.events.figures import MOST_STATIONS
from shop.events.station import StationSign, tell
from shop.events.trace_figures import StageTimes, stage_times
from shop.events.tracing import KEPT
from tests.goods import Goods
from tests.integration.change_traces import fell_silent, logged, traced

HOME, TRACES, STATIONS = "/admin/", "/admin/events/trace/", "/admin/events/station/"


def test_a_trace_tells_each_stage_in_time_since_the_commit(staff: Client, goods: Goods) -> None:
    traced(7, rows=1000, published=31, consumed=42, applied=58, dropped=[60, 1250])

    page = staff.get(TRACES).content.decode()

    for told in ("31 ms", "42 ms", "58 ms", "1.25 s", "2030-03-17 17:46:40.000", "1000"):
        assert told in page, told
    (row,) = staff.get(TRACES).context["cl"].result_list
    assert row.processes == 2


def test_the_newest_come_first(staff: Client, goods: Goods) -> None:
    for change_id in (3, 1, 2):
        traced(change_id)

    assert [row.pk for row in staff.get(TRACES).context["cl"].result_list] == [3, 2, 1]


def test_the_figures_above_are_of_all_that_are_kept(staff: Client, goods: Goods) -> None:
    for change_id in range(1, 101):
        traced(change_id, applied=change_id, dropped=[change_id + 1] if change_id <= 50 else ())

    context = staff.get(TRACES).context

    assert [(row.stage, row.changes) for row in context["stages"]] == [
        ("published", 100), ("consumed", 100), ("applied", 100), ("dropped", 50),
    ]  # fmt: skip
    applied = context["stages"][2]
    assert (applied.median, applied.p99) == ("50 ms", "99 ms")
    assert context["traces_chart"].columns == ("Applied", "Dropped")
    assert context["traces_chart"].rows[:4] == (
        ("≤ 10 ms", "10", "9"), ("≤ 25 ms", "15", "15"), ("≤ 50 ms", "25", "25"), ("≤ 100 ms", "50", "1"),
    )  # fmt: skip
    page = staff.get(TRACES).content.decode()
    assert all(f'<th scope="row">{escape(row[0])}</th>' in page for row in context["traces_chart"].rows)


def test_before_the_first_trace_the_page_asks_who_carries_changes(staff: Client, goods: Goods) -> None:
    page = staff.get(TRACES)

    assert page.context["traces_chart"] is None
    assert "Do a relay and a consumer run?" in page.content.decode()


def test_a_page_of_traces_costs_the_same_however_many_there_are(staff: Client, goods: Goods) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(TRACES).status_code == 200
        return len(queries)

    traced(1)
    statements()
    few = statements()
    for change_id in range(2, 200):
        traced(change_id)

    assert statements() == few <= 9
    assert len(staff.get(TRACES).context["cl"].result_list) == 50


def test_traces_and_stations_can_only_be_looked_at(staff: Client, goods: Goods) -> None:
    traced(7)
    for address in (TRACES, STATIONS):
        assert staff.get(f"{address}add/").status_code == 403
    assert staff.post(f"{TRACES}7/change/", {"rows": "1"}).status_code == 403
    assert staff.post(f"{TRACES}7/delete/", {"post": "yes"}).status_code == 403


def test_a_clock_that_runs_behind_makes_no_time_negative(staff: Client, goods: Goods) -> None:
    traced(7, published=-40, consumed=-30, applied=-20, dropped=[-10])

    assert {one.times_ms for one in stage_times()} == {(0.0,)}
    assert "-" not in staff.get(TRACES).context["stages"][0].median


@pytest.mark.parametrize(
    ("count", "share", "expected"), [(1, 0.5, 1), (1, 0.99, 1), (100, 0.5, 50), (100, 0.99, 99), (KEPT, 0.99, 990)]
)
def test_a_share_of_the_changes_came_within_what_is_said(count: int, share: float, expected: float) -> None:
    assert StageTimes(stage="applied", times_ms=tuple(range(1, count + 1))).within(share) == expected


def test_who_carries_changes_is_listed_with_a_sign_of_life(staff: Client, goods: Goods) -> None:
    tell(name="consumer", instance="larder:12", sign=StationSign(90, dead_letters=2, ignored=3, lag=8))
    tell(name="relay", instance="larder:11", sign=StationSign(100))
    fell_silent("relay", seconds=600)

    page = staff.get(STATIONS).content.decode()

    assert [row.name for row in staff.get(STATIONS).context["cl"].result_list] == ["consumer", "relay"]
    for told in ("larder:11", "larder:12", "works", "silent", "10 min ago"):
        assert told in page, told


def test_the_dashboard_tells_how_quickly_changes_reach_everyone(staff: Client, goods: Goods) -> None:
    for name in ("relay", "consumer"):
        tell(name=name, instance="a:1", sign=StationSign(1))
    traced(7, applied=58, dropped=[77])
    logged(age_s=30)

    changes = staff.get(HOME).context["changes"]

    assert (changes.reached.stage, changes.reached.median, changes.reached.p99) == ("dropped", "77 ms", "77 ms")
    assert (changes.unfinished, changes.is_exact, changes.trouble) == (1, True, "")
    assert changes.oldest.startswith("3")
    assert "Changes wait" not in staff.get(HOME).content.decode()


@pytest.mark.parametrize(
    ("alive", "trouble"), [((), "no relay and no consumer"), (("relay",), "no consumer"), (("consumer",), "no relay")]
)
def test_the_dashboard_warns_when_nobody_carries_changes(
    staff: Client, goods: Goods, alive: tuple[str, ...], trouble: str
) -> None:
    for name in ("relay", "consumer"):
        tell(name=name, instance="a:1", sign=StationSign(1))
        if name not in alive:
            fell_silent(name, seconds=60)

    page = staff.get(HOME)

    assert page.context["changes"].trouble == trouble
    assert f"{trouble} gives a sign of life" in page.content.decode()


def test_a_crowd_of_stations_is_read_in_bounded_number(staff: Client, goods: Goods) -> None:
    for number in range(MOST_STATIONS + 5):
        tell(name="relay", instance=f"a:{number}", sign=StationSign(1))

    with CaptureQueriesContext(connection) as queries:
        staff.get(HOME)

    assert any(f"LIMIT {MOST_STATIONS}" in query["sql"] for query in queries)
