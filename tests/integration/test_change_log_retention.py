"""The change log forgets what is old enough, a little at a time, and only where nothing may have to be replayed."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from shop.caching.clock import ManualClock
from shop.events import fast_path
from shop.events.fast_path import announced_changes
from shop.events.models import Change
from shop.events.retention import RETENTION, ROWS_PER_STATEMENT, Pruner, prune_all, prune_log
from tests.goods import Goods
from tests.integration.cached_prices import write
from tests.integration.catalog_rows import run_sql

MOMENT = timedelta(seconds=5)
PAUSE = 60.0


def log_rows(count: int, *, age: timedelta) -> None:
    """Rows that a consumer finished so long ago; they were written a day before."""
    run_sql(
        "INSERT INTO events_change"
        " (transaction, entity, operation, ids, versions, retired_database, written_at, applied_at)"
        " SELECT n, 'price', 'changed', ARRAY[n], ARRAY[n], '', clock_timestamp() - interval '1 day' - %s,"
        " clock_timestamp() - %s FROM generate_series(1, %s) AS n",
        age,
        age,
        count,
    )


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def empty_log(transactional_db: None) -> None:
    Change.objects.all().delete()


@pytest.fixture
def pruner(monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> Pruner:
    """The one that writers call."""
    made = Pruner(clock=clock, pause=PAUSE)
    monkeypatch.setattr(fast_path, "PRUNER", made)
    return made


@pytest.mark.usefixtures("empty_log")
def test_rows_past_their_time_are_deleted_and_the_others_stay() -> None:
    log_rows(3, age=RETENTION + MOMENT)
    log_rows(2, age=RETENTION - MOMENT)

    deleted = prune_log()

    assert deleted == 3
    assert Change.objects.count() == 2
    assert not Change.objects.filter(applied_at__lt=Now() - RETENTION).exists()


@pytest.mark.usefixtures("empty_log")
def test_rows_may_be_kept_for_another_time() -> None:
    log_rows(3, age=MOMENT)

    assert prune_log(finished=MOMENT * 2) == 0
    assert prune_log(finished=MOMENT / 2) == 3


@pytest.mark.usefixtures("empty_log")
def test_one_call_deletes_at_most_a_thousand_rows_the_oldest_first() -> None:
    log_rows(ROWS_PER_STATEMENT + 2, age=RETENTION + MOMENT)
    newest = list(Change.objects.order_by("-id").values_list("id", flat=True)[:2])

    deleted = prune_log()

    assert deleted == ROWS_PER_STATEMENT == 1_000
    assert list(Change.objects.order_by("-id").values_list("id", flat=True)) == newest
    assert prune_log() == 2


@pytest.mark.usefixtures("empty_log")
def test_the_queue_s_task_goes_on_until_there_is_no_more() -> None:
    log_rows(ROWS_PER_STATEMENT + 2, age=RETENTION + MOMENT)
    log_rows(2, age=RETENTION - MOMENT)

    assert prune_all() == ROWS_PER_STATEMENT + 2
    assert Change.objects.count() == 2


@pytest.mark.usefixtures("empty_log")
def test_a_pruner_prunes_once_a_minute(pruner: Pruner, clock: ManualClock) -> None:
    pruned = []
    for _ in range(5):
        log_rows(1, age=RETENTION + MOMENT)
        pruned.append(pruner.prune_if_due())
        clock.advance(PAUSE / 2)

    assert pruned == [0, 0, 3, 0, 2]


def test_a_write_prunes_when_a_minute_is_over_and_leaves_its_own_row(
    goods: Goods, pruner: Pruner, clock: ManualClock
) -> None:
    Change.objects.all().delete()
    log_rows(3, age=RETENTION + MOMENT)

    with announced_changes():
        write(goods.id, "7.77")
    soon = Change.objects.count()
    clock.advance(PAUSE)
    with announced_changes():
        write(goods.id, "8.88")

    assert soon == 4
    assert list(Change.objects.order_by("id").values_list("ids", flat=True)) == [[goods.id]] * 2
