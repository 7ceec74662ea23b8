"""Batches that PostgreSQL takes neither now nor ever hold up no other, whatever is in them."""

import contextlib
import os

import pytest
from django.test import Client
from redis import Redis

from analytics import flushing
from analytics.flushing import flush_views
from analytics.models import DeadBatch, ProductViews
from analytics.operations import record_view
from analytics.view_buffer import VIEW_BUFFER
from shop.caching.registry import REGISTRY
from shop.caching.write_behind import MOST_BATCHES, MOST_TRIES, UnavailableError
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.held_rows import held
from tests.integration.test_views_admin import DEAD, text_of
from tests.integration.views import make_due

FOREIGN = {"a\0b": 2, b"\xff": 3, "no number": "x", "7:1\ud800".encode("utf-8", "surrogatepass"): 4}
KEPT = {"a\\x00b": 2, "\\udcff": 3, "no number=x": 0, "7:1\\udced\\udca0\\udc80": 4}


@pytest.fixture
def foreign(goods: Goods) -> dict[str, int]:
    """Each in a batch of its own, and older than all others; how they are kept."""
    buffer, keys = REGISTRY.ground().buffers("views"), REGISTRY.ground().keys.buffer("views")
    with Redis.from_url(os.environ["REDIS_URL"]) as redis:
        for number, (name, count) in enumerate(FOREIGN.items()):
            redis.hset(keys.pending, name, count)
            buffer.take(batch_id=f"foreign {number}", limit=1)
    return KEPT


def flush_until_buried(batches: int) -> None:
    for _ in range(MOST_TRIES):
        flush_views()
        make_due()
    assert DeadBatch.objects.count() == batches


def test_what_a_foreign_writer_put_among_the_counters_is_buried_and_holds_nobody_up(
    foreign: dict[str, int], goods: Goods, staff: Client
) -> None:
    record_view(product_id=goods.id)

    assert flush_views().increments == 1
    flush_until_buried(len(foreign))

    counts: dict[str, int] = {}
    for dead in DeadBatch.objects.all():
        counts |= dead.counts
        assert "not a counter of views" in dead.reason
        assert text_of(staff.get(f"{DEAD}{dead.pk}/change/"))
    assert counts == foreign
    assert VIEW_BUFFER.held().batches == 0


def test_a_batch_that_cannot_be_buried_waits_and_holds_nobody_up(
    foreign: dict[str, int], goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL can't keep three of these names as they are."""
    monkeypatch.setattr(flushing, "_escaped", lambda key: key)
    with pytest.raises(UnavailableError, match="DataError"):
        flush_until_buried(len(foreign))

    record_view(product_id=goods.id)
    with contextlib.suppress(UnavailableError):
        flush_views()

    assert totals() == {goods.id: 1}
    assert VIEW_BUFFER.held().batches == 3


def test_ids_whose_batches_somebody_has_deleted_hold_nobody_up(goods: Goods) -> None:
    orphans = {f"orphan {number}": 0 for number in range(MOST_BATCHES)}
    with Redis.from_url(os.environ["REDIS_URL"]) as redis:
        redis.zadd(REGISTRY.ground().keys.buffer("views").batches, orphans)
    record_view(product_id=goods.id)

    for _ in range(2):
        flush_views()

    assert totals() == {goods.id: 1}
    assert VIEW_BUFFER.held().batches == 0


def test_a_batch_whose_rows_are_locked_holds_up_no_other_and_is_counted_when_they_are_free(goods: Goods) -> None:
    locked, free = goods.ids[:2]
    record_view(product_id=locked)
    flush_views()
    record_view(product_id=locked)
    REGISTRY.ground().buffers("views").take(batch_id="0 locked", limit=1)
    record_view(product_id=free)

    def lock() -> None:
        run_sql("SELECT FROM analytics_productviews WHERE product_id = %s FOR UPDATE", locked)

    with held(lock, patience="50ms"):
        for _ in range(MOST_TRIES + 1):
            with pytest.raises(UnavailableError, match="lock timeout"):
                flush_views()
            make_due()
        assert totals() == {locked: 1, free: 1}
    flush_views()

    assert totals() == {locked: 2, free: 1}
    assert not DeadBatch.objects.exists()


def totals() -> dict[int, int]:
    return dict(ProductViews.objects.values_list("product_id", "total"))
