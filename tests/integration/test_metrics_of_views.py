"""GET /metrics: views on their way, of the process, of Redis and of the database; what comes while one is away."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from analytics.flushing import flush_views, persist
from analytics.models import DeadBatch, FlushedBatch
from analytics.operations import record_view
from shop.caching.buffer import Batch
from shop.caching.registry import REGISTRY
from tests.goods import Goods
from tests.integration.lost_database import lost_database
from tests.integration.scrapes import names, one, scraped

OF_REDIS = {"larder_views_pending", "larder_views_at_risk", "larder_views_unsure_total"}
OF_THE_DATABASE = {"larder_views_last_flush_age_seconds", "larder_views_dead_batches"}
OF_THE_PROCESS = {
    "larder_views_recorded_total",
    "larder_views_waiting",
    "larder_views_dropped_total",
    "larder_views_buffer_losses_total",
    "larder_visitors_uncounted_total",
}


def test_views_are_followed_from_the_process_to_the_database(visitor: Client, goods: Goods) -> None:
    before = one(scraped(visitor), "larder_views_recorded_total")
    record_view(product_id=goods.id)
    REGISTRY.ground().buffers("views").take(batch_id="taken", limit=1)
    record_view(product_id=goods.id)
    record_view(product_id=goods.id)

    waiting = scraped(visitor)
    flush_views()
    flushed = scraped(visitor)

    assert one(waiting, "larder_views_recorded_total") == before + 3
    assert one(waiting, "larder_views_waiting") == 0
    assert (one(waiting, "larder_views_pending"), one(waiting, "larder_views_at_risk")) == (2, 3)
    assert "larder_views_last_flush_age_seconds" not in names(waiting)
    assert (one(flushed, "larder_views_pending"), one(flushed, "larder_views_at_risk")) == (0, 0)
    assert 0 <= one(flushed, "larder_views_last_flush_age_seconds") < 60


def test_how_long_ago_a_batch_was_counted_and_how_many_are_dead(visitor: Client, goods: Goods) -> None:
    persist(Batch("b", {f"{goods.id}:739922": 1}))
    FlushedBatch.objects.update(flushed_at=timezone.now() - timedelta(seconds=600))
    for number in range(3):
        replayed_at = None if number else timezone.now()
        DeadBatch.objects.create(batch=f"d{number}", counts={"7:1": 1}, reason="R", tries=8, replayed_at=replayed_at)

    samples = scraped(visitor)

    assert 600 <= one(samples, "larder_views_last_flush_age_seconds") < 660
    assert one(samples, "larder_views_dead_batches") == 2


def test_without_redis_what_it_holds_is_not_told_and_what_waits_is(
    visitor: Client, goods: Goods, lost_redis: None
) -> None:
    before = scraped(visitor)
    record_view(product_id=goods.id, visitor="ann")

    samples = scraped(visitor)

    assert one(samples, "larder_views_waiting") == one(before, "larder_views_waiting") + 1
    uncounted = "larder_visitors_uncounted_total"
    assert one(samples, uncounted) == one(before, uncounted) + 1
    assert OF_REDIS & names(samples) == set()
    assert OF_THE_PROCESS | OF_THE_DATABASE - {"larder_views_last_flush_age_seconds"} <= names(samples)


def test_without_a_database_the_others_still_come(visitor: Client, goods: Goods) -> None:
    with lost_database():
        samples = scraped(visitor)

    assert names(samples) & OF_THE_DATABASE == set()
    assert names(samples) >= OF_REDIS | OF_THE_PROCESS
