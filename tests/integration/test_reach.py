"""How long a sale took to reach everyone: out of the traces of its transactions."""

from datetime import UTC, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.events.reach import reach_of
from tests.goods import Goods
from tests.integration.change_traces import COMMITTED_MS, traced


def test_the_reach_is_that_of_whoever_came_last(goods: Goods) -> None:
    traced(1, kind="flash_sale_started", entity="flash_sale", rows=1, applied=50, dropped=[55])
    traced(2, rows=1000, applied=80, dropped=[90, 120])
    traced(3, rows=700, applied=70, dropped=[75])
    traced(4, transaction=772, applied=900, dropped=[950])

    reach = reach_of([771])

    assert reach is not None
    assert (reach.applied_ms, reach.dropped_ms) == (80, 120)
    assert (reach.changes, reach.rows, reach.processes) == (3, 1701, 1)
    assert reach.committed_at == datetime.fromtimestamp(COMMITTED_MS / 1000, tz=UTC)


def test_several_transactions_are_measured_each_from_its_own_commit(goods: Goods) -> None:
    traced(1, applied=50, dropped=[60])
    traced(2, transaction=772, committed_ms=COMMITTED_MS + 3_600_000, applied=70, dropped=[75])

    reach = reach_of([771, 772])

    assert reach is not None
    assert (reach.applied_ms, reach.dropped_ms, reach.changes) == (70, 75, 2)


def test_while_no_process_has_told_there_is_no_last_drop(goods: Goods) -> None:
    traced(1)

    reach = reach_of([771])

    assert reach is not None
    assert (reach.dropped_at, reach.dropped_ms, reach.processes) == (None, None, 0)


def test_without_traces_nothing_is_known(goods: Goods) -> None:
    traced(1)

    assert reach_of([772]) is None
    assert reach_of([]) is None


def test_it_costs_one_statement(goods: Goods) -> None:
    for change_id in range(20):
        traced(change_id, transaction=771 + change_id % 2)

    with CaptureQueriesContext(connection) as queries:
        reach_of([771, 772])

    assert len(queries) == 1
