"""How long a sale took to reach everyone: out of the traces of the transaction that turned it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import FlashSale
from shop.events.reach import reach_of
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.change_traces import COMMITTED_MS, traced
from tests.integration.flash_sales import make_sale, turn

COMMITTED = datetime.fromtimestamp(COMMITTED_MS / 1000, tz=UTC)


def test_the_reach_is_that_of_whoever_came_last(goods: Goods) -> None:
    traced(1, kind="flash_sale_started", entity="flash_sale", rows=1, applied=50, dropped=[55])
    traced(2, rows=1000, applied=80, dropped=[90, 120])
    traced(3, rows=700, applied=70, dropped=[75])
    traced(4, transaction=772, applied=900, dropped=[950])

    reach = reach_of(771, since=COMMITTED)

    assert reach is not None
    assert (reach.applied_ms, reach.dropped_ms) == (80, 120)
    assert (reach.changes, reach.rows, reach.processes) == (3, 1701, 1)
    assert reach.committed_at == COMMITTED


def test_while_no_process_has_told_there_is_no_last_drop(goods: Goods) -> None:
    traced(1)

    reach = reach_of(771, since=COMMITTED)

    assert reach is not None
    assert (reach.dropped_at, reach.dropped_ms, reach.processes) == (None, None, 0)


def test_without_traces_nothing_is_known(goods: Goods) -> None:
    traced(1)

    assert reach_of(772, since=COMMITTED) is None
    assert reach_of(None, since=COMMITTED) is None


@pytest.mark.parametrize("since", [COMMITTED + timedelta(seconds=1), COMMITTED - timedelta(days=2)])
def test_a_transaction_of_another_time_with_the_same_number_is_not_meant(goods: Goods, since: datetime) -> None:
    traced(1)

    assert reach_of(771, since=since) is None


def test_a_sale_knows_which_transaction_turned_it_after_the_log_has_forgotten(goods: Goods) -> None:
    sale_id = make_sale([goods.id])
    numbers = []
    for state in ("on", "ended"):
        with transaction.atomic():
            turn(sale_id, state)
            numbers.append(run_sql("SELECT pg_current_xact_id()::text::bigint")[0][0])
    run_sql("DELETE FROM events_change")
    sale = FlashSale.objects.get(pk=sale_id)
    assert sale.started_at is not None
    committed_ms = int(sale.started_at.timestamp() * 1000)
    traced(1, transaction=numbers[0], kind="flash_sale_started", entity="flash_sale", committed_ms=committed_ms)
    traced(2, transaction=numbers[0], committed_ms=committed_ms, applied=80, dropped=[90])

    started = reach_of(sale.started_in, since=sale.started_at)

    assert [sale.started_in, sale.ended_in] == numbers
    assert str(started) == "80 ms until Redis had it, 90 ms until the last process had dropped its copies"


def test_it_costs_one_statement(goods: Goods) -> None:
    for change_id in range(20):
        traced(change_id)

    with CaptureQueriesContext(connection) as queries:
        reach_of(771, since=COMMITTED)

    assert len(queries) == 1
