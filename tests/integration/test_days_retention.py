"""Views of single days are kept for as long as anybody reads them; totals and scores stay as they were."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from analytics import retention
from analytics.flushing import persist
from analytics.models import DailyViews, ProductViews
from analytics.popularity import NEWEST_DAYS, scores_of
from analytics.retention import DAYS_KEPT, prune_days
from analytics.tasks import prune_batches
from shop.caching.buffer import Batch
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.held_rows import held
from tests.integration.views import look


def days_ago() -> list[int]:
    today = timezone.now().date()
    return sorted((today - day).days for day in DailyViews.objects.values_list("day", flat=True))


def test_days_that_nobody_reads_leave_and_totals_stay(goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "DAYS_PER_STATEMENT", 3)
    for ago in (0, 1, DAYS_KEPT, *range(DAYS_KEPT + 1, DAYS_KEPT + 8)):
        look(goods.id, days_ago=ago)

    assert prune_batches() == 7

    assert days_ago() == [0, 1, DAYS_KEPT]
    assert ProductViews.objects.get(product_id=goods.id).total == 10


def test_the_score_of_a_product_is_the_same_without_them_even_if_its_last_views_come_months_late(goods: Goods) -> None:
    late, today = goods.ids[:2]
    for ago in range(0, 3 * NEWEST_DAYS, 7):
        look(today, count=50, days_ago=ago)
    for ago in range(NEWEST_DAYS, 3 * NEWEST_DAYS, 7):
        look(late, count=50, days_ago=ago)
    before = scores_of(product_ids=[late, today])

    assert prune_days() > 0

    assert scores_of(product_ids=[late, today]) == before


def test_a_day_that_is_kept_for_less_time_changes_that_score(goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(retention, "DAYS_KEPT", NEWEST_DAYS)
    look(goods.id, days_ago=NEWEST_DAYS)
    look(goods.id, count=50, days_ago=NEWEST_DAYS + 1)
    before = scores_of(product_ids=[goods.id])

    prune_days()

    assert scores_of(product_ids=[goods.id]) != before


def test_what_a_late_batch_is_adding_to_is_left_and_waited_for_by_nobody(goods: Goods) -> None:
    for product_id in goods.ids[:2]:
        look(product_id, days_ago=DAYS_KEPT + 1)
    day = (timezone.now().date() - timedelta(days=DAYS_KEPT + 1)).toordinal()

    with held(lambda: persist(Batch("late", {f"{goods.id}:{day}": 5})), patience="50ms"):
        assert prune_days() == 1
    assert list(DailyViews.objects.values_list("product_id", "count")) == [(goods.id, 6)]


def test_old_days_are_found_by_an_index_however_many_there_are(goods: Goods) -> None:
    run_sql(
        "INSERT INTO analytics_dailyviews (product_id, day, count)"
        " SELECT n, current_date - n %% 150, 1 FROM generate_series(1, %s) AS n",
        20_000,
    )
    run_sql("VACUUM ANALYZE analytics_dailyviews")

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {retention._PRUNE_DAYS}", [DAYS_KEPT, retention.DAYS_PER_STATEMENT])
        plan = "\n".join(line for (line,) in cursor)

    assert "views_by_day" in plan
    assert "Seq Scan" not in plan
