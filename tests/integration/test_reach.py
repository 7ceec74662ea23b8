"""How long a sale took to reach everyone: out of the traces of its transactions."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.events.reach import reach_of, reach_of_news
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
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


def news_of_sale(sale_id: int, *, transaction: int, age_s: float = 0.0, operation: str = "started") -> None:
    run_sql(
        "INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)"
        " VALUES (%s, 'flash_sale', %s, ARRAY[%s], '{1}', '', clock_timestamp() - make_interval(secs => %s))",
        transaction,
        operation,
        sale_id,
        age_s,
    )


def test_the_reach_of_a_sale_is_that_of_the_transaction_which_started_it(goods: Goods) -> None:
    traced(1, kind="flash_sale_started", entity="flash_sale", rows=1, applied=50)
    traced(2, rows=1000, applied=80, dropped=[90])
    traced(3, transaction=772, applied=900)
    news_of_sale(7, transaction=771, age_s=20)
    news_of_sale(8, transaction=772, age_s=20)
    news_of_sale(7, transaction=772, operation="ended")
    since = timezone.now() - timedelta(seconds=21)

    started = reach_of_news(entity="flash_sale", entity_id=7, operation="started", since=since)

    assert started is not None
    assert (started.applied_ms, started.changes) == (80, 2)
    assert str(started) == "80 ms until Redis had it, 90 ms until the last process had dropped its copies"
    assert reach_of_news(entity="flash_sale", entity_id=9, operation="started", since=since) is None


def test_a_sale_that_was_started_once_more_is_not_taken_for_the_first_time(goods: Goods) -> None:
    traced(1, kind="flash_sale_started", entity="flash_sale", applied=50)
    news_of_sale(7, transaction=771)

    hour_ago = timezone.now() - timedelta(hours=1)

    assert reach_of_news(entity="flash_sale", entity_id=7, operation="started", since=hour_ago) is None


def test_the_news_of_a_sale_are_found_by_their_time(goods: Goods) -> None:
    run_sql(
        "INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)"
        " SELECT n, 'price', 'changed', '{7}', '{1}', '', now() - n * interval '1 s'"
        " FROM generate_series(1, 20000) AS n"
    )
    run_sql("ANALYZE events_change")
    with CaptureQueriesContext(connection) as queries:
        reach_of_news(entity="flash_sale", entity_id=7, operation="started", since=timezone.now())

    plan = "\n".join(line for (line,) in run_sql(f"EXPLAIN {queries[0]['sql']}"))
    assert "change_by_age" in plan


def test_it_costs_one_statement(goods: Goods) -> None:
    for change_id in range(20):
        traced(change_id, transaction=771 + change_id % 2)

    with CaptureQueriesContext(connection) as queries:
        reach_of([771, 772])

    assert len(queries) == 1
