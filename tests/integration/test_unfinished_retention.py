"""What no consumer has finished stays in the log for a day, however old what is finished may get."""

from datetime import timedelta

import pytest

from shop.caching.registry import REGISTRY
from shop.events.models import Change
from shop.events.retention import RETENTION, ROWS_PER_STATEMENT, UNFINISHED_RETENTION, prune_all, prune_log
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.event_stream import Stream, make_due

pytestmark = pytest.mark.usefixtures("empty_log")

MOMENT = timedelta(seconds=5)


def log_unfinished(count: int, *, age: timedelta) -> None:
    run_sql(
        "INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)"
        " SELECT 700, 'price', 'changed', ARRAY[n], ARRAY[n], '', clock_timestamp() - %s"
        " FROM generate_series(1, %s) AS n",
        age,
        count,
    )


def test_unfinished_rows_stay_when_finished_ones_of_their_age_go() -> None:
    log_unfinished(3, age=RETENTION * 2)
    log_unfinished(2, age=RETENTION * 2)
    Change.objects.filter(id__in=Change.objects.order_by("-id").values("id")[:2]).update(applied_at="2020-01-01T00:00Z")

    assert prune_log() == 2
    assert Change.objects.filter(applied_at=None).count() == 3


def test_unfinished_rows_go_after_a_day() -> None:
    log_unfinished(3, age=UNFINISHED_RETENTION + MOMENT)
    log_unfinished(2, age=UNFINISHED_RETENTION - MOMENT)

    assert prune_log() == 3
    assert Change.objects.count() == 2


def test_a_day_of_work_without_a_consumer_is_pruned_step_by_step() -> None:
    log_unfinished(ROWS_PER_STATEMENT * 2 + 1, age=UNFINISHED_RETENTION + MOMENT)

    assert prune_log() == ROWS_PER_STATEMENT
    assert prune_all() == ROWS_PER_STATEMENT + 1


def test_every_entry_has_run_out_before_the_log_forgets_its_change() -> None:
    longest_s = max(policy.ttl + policy.stale_grace for policy in REGISTRY.policies())

    assert timedelta(seconds=longest_s) < UNFINISHED_RETENTION


def test_a_row_is_kept_for_its_time_after_it_was_finished_not_after_it_was_written(
    goods: Goods, stream: Stream
) -> None:
    Change.objects.all().delete()
    log_unfinished(1, age=RETENTION * 3)
    make_due()
    stream.relay().step()
    working = stream.consumer()
    working.step()
    working.close()

    assert Change.objects.filter(applied_at=None).count() == 0
    assert prune_log() == 0
    Change.objects.update(applied_at="2020-01-01T00:00Z")
    assert prune_log() == 1
