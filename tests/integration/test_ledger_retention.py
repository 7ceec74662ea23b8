"""The ledger of batches is pruned, and still no batch is counted twice, however late somebody replays it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics import retention
from analytics.dead_batches import replay
from analytics.flushing import flush_views, persist
from analytics.models import DeadBatch, FlushedBatch, ProductViews
from analytics.operations import record_view
from analytics.retention import KEPT, prune_batches
from shop.caching.buffer import Batch
from shop.caching.redis_buffer import RedisBuffer
from shop.caching.write_behind import MOST_TRIES
from tests.goods import Goods
from tests.integration.views import make_due

FULL = 2**63 - 1
_KEEPS_DEAD = " AND NOT EXISTS (SELECT FROM analytics_deadbatch AS dead WHERE dead.batch = old.batch)"


def prune_much_later() -> int:
    FlushedBatch.objects.update(flushed_at=timezone.now() - KEPT - timedelta(days=1))
    return prune_batches()


def views_of(goods: Goods) -> int:
    return ProductViews.objects.get(product_id=goods.id).total


@pytest.fixture
def counted_though_dead(goods: Goods, monkeypatch: pytest.MonkeyPatch) -> DeadBatch:
    """A flusher was killed when it had buried a batch and not yet forgotten it; later the next one could count it."""
    ProductViews.objects.create(product_id=goods.id, total=FULL)
    record_view(product_id=goods.id)
    for _ in range(MOST_TRIES - 1):
        flush_views()
        make_due()

    def die(buffer: RedisBuffer, batch_id: str) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(RedisBuffer, "forget", die)
        with pytest.raises(SystemExit):
            flush_views()
    make_due()
    ProductViews.objects.update(total=0)
    assert flush_views().increments == 1
    return DeadBatch.objects.get()


def test_old_batches_leave_the_ledger(goods: Goods) -> None:
    for name in ("old", "new"):
        persist(Batch(name, {f"{goods.id}:739583": 1}))
    FlushedBatch.objects.filter(pk="old").update(flushed_at=timezone.now() - KEPT - timedelta(seconds=60))

    assert prune_batches() == 1

    assert list(FlushedBatch.objects.values_list("pk", flat=True)) == ["new"]


def test_the_ledger_is_pruned_beside_more_dead_batches_than_one_statement_takes(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCHES_PER_STATEMENT", 2)
    for number in range(9):
        name = f"b{number}"
        persist(Batch(name, {f"{goods.id}:739583": 1}))
        if number < 4:
            DeadBatch.objects.create(batch=name, counts={}, reason="R", tries=8)

    assert prune_much_later() == 5

    assert FlushedBatch.objects.count() == 4


def test_a_dead_batch_that_was_replayed_counts_nothing_when_it_is_replayed_again_much_later(goods: Goods) -> None:
    DeadBatch.objects.create(batch="dead", counts={f"{goods.id}:739922": 5}, reason="R", tries=8)
    assert replay(batch_id="dead", user_id=None) == 5

    prune_much_later()

    assert replay(batch_id="dead", user_id=None) == 0
    assert views_of(goods) == 5


def test_a_dead_batch_that_a_flush_has_counted_counts_nothing_when_it_is_replayed_much_later(
    goods: Goods, counted_though_dead: DeadBatch
) -> None:
    prune_much_later()

    assert replay(batch_id=counted_though_dead.pk, user_id=None) == 0
    assert views_of(goods) == 1


def test_a_ledger_that_forgets_dead_batches_counts_it_twice(
    goods: Goods, counted_though_dead: DeadBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    assert _KEEPS_DEAD in retention._PRUNE
    monkeypatch.setattr(retention, "_PRUNE", retention._PRUNE.replace(_KEEPS_DEAD, ""))
    prune_much_later()

    assert replay(batch_id=counted_though_dead.pk, user_id=None) == 1
    assert views_of(goods) == 2
