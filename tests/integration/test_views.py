"""Views from the page and the API to the tables, and back to the page."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from analytics.dead_batches import UnknownBatchError, replay
from analytics.flushing import flush_views, persist
from analytics.models import DailyViews, DeadBatch, FlushedBatch, ProductViews
from analytics.operations import record_view
from analytics.queries import get_views
from analytics.view_buffer import VIEW_BUFFER
from analytics.visitors import VISITORS
from catalog.models import Product
from shop.caching.buffer import Batch
from shop.caching.recorder import Recorded
from shop.caching.write_behind import MOST_TRIES, RefusedError
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.views import make_due

MONDAY, TUESDAY = datetime(2026, 11, 2, 23, 59, 59, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)


def beacon(client: Client, product_id: int, *, address: str = "192.0.2.1") -> Any:
    """As a browser sends it: with nothing in it."""
    return client.generic("POST", f"/api/products/{product_id}/views", content_type="", REMOTE_ADDR=address)


def views_of(goods: Goods, client: Client) -> int:
    shown: int = client.get(f"/api/products/{goods.id}").json()["views"]
    return shown


def test_a_view_is_counted_by_the_flush_and_shown_from_the_cache(goods: Goods, client: Client) -> None:
    assert views_of(goods, client) == 0

    for _ in range(3):
        answer = beacon(client, goods.id)
        assert (answer.status_code, answer.json()) == (202, {"view": "durable"})
    assert views_of(goods, client) == 0
    flushed = flush_views()

    assert (flushed.batches, flushed.counters, flushed.increments) == (1, 1, 3)
    assert views_of(goods, client) == 3
    assert list(DailyViews.objects.values_list("product_id", "count")) == [(goods.id, 3)]
    assert list(FlushedBatch.objects.values_list("counters", "increments")) == [(1, 3)]


def test_a_flush_puts_new_totals_where_old_ones_are_cached(goods: Goods, client: Client) -> None:
    record_view(product_id=goods.id)
    flush_views()
    assert views_of(goods, client) == 1

    record_view(product_id=goods.id)
    flush_views()

    run_sql("UPDATE analytics_productviews SET total = 1000")
    assert views_of(goods, client) == 2, "the cache says so; nobody asked the database"


def test_each_day_is_counted_by_itself(goods: Goods) -> None:
    for now in (MONDAY, MONDAY, TUESDAY):
        record_view(product_id=goods.id, now=now)

    flush_views()

    days = list(DailyViews.objects.order_by("day").values_list("day", "count"))
    assert days == [(date(2026, 11, 2), 2), (date(2026, 11, 3), 1)]
    assert get_views(product_id=goods.id) == 3


def test_what_visitors_cannot_see_is_not_counted(goods: Goods, client: Client) -> None:
    Product.objects.filter(pk=goods.id).update(is_published=False)

    for product_id in (goods.id, 10**15, 0):
        answer = beacon(client, product_id)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    assert flush_views().increments == 0


def test_different_visitors_are_told_apart_once_a_day(goods: Goods, client: Client) -> None:
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1"):
        beacon(client, goods.id, address=address)
    beacon(client, goods.ids[1], address="192.0.2.3")

    today = timezone.now().date()
    assert VISITORS.of(product_id=goods.id, day=today) == 2
    assert VISITORS.of(day=today) == 3
    assert VISITORS.of(day=date(2026, 1, 1)) == 0


@pytest.mark.parametrize(("trusted_proxies", "visitors"), [(0, 1), (1, 2)])
def test_behind_a_proxy_of_ours_visitors_are_told_apart_by_the_addresses_that_it_forwards(
    goods: Goods, client: Client, settings: Settings, trusted_proxies: int, visitors: int
) -> None:
    """And nobody is counted several times by claiming more addresses in front of it."""
    settings.TRUSTED_PROXIES = trusted_proxies
    for forwarded in ("198.51.100.1", "198.51.100.2", "203.0.113.9, 198.51.100.2", "198.51.100.1"):
        client.generic(
            "POST",
            f"/api/products/{goods.id}/views",
            content_type="",
            REMOTE_ADDR="192.0.2.1",
            HTTP_X_FORWARDED_FOR=forwarded,
        )

    assert VISITORS.of(product_id=goods.id, day=timezone.now().date()) == visitors


def test_recording_and_flushing_cost_what_they_are_budgeted_at(goods: Goods, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert record_view(product_id=goods.id) is Recorded.DURABLE
    with django_assert_num_queries(4):  # type: ignore[operator]
        flush_views()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert flush_views().batches == 0


def test_a_batch_that_comes_again_changes_nothing(goods: Goods) -> None:
    batch = Batch("b", {f"{goods.id}:739922": 5})

    assert [persist(batch) for _ in range(3)] == [True, False, False]

    assert ProductViews.objects.get(product_id=goods.id).total == 5


def test_a_batch_that_cannot_be_counted_is_buried_with_its_reason_and_replayed_once(goods: Goods) -> None:
    keeper = User.objects.create_user("keeper")
    ProductViews.objects.create(product_id=goods.id, total=2**63 - 1)
    record_view(product_id=goods.id, now=MONDAY)
    record_view(product_id=goods.ids[1], now=MONDAY)
    tries = 0
    while not DeadBatch.objects.exists():
        flush_views()
        tries += 1
        make_due()
        assert tries <= MOST_TRIES

    dead = DeadBatch.objects.get()
    assert tries == dead.tries == MOST_TRIES
    assert "bigint out of range" in dead.reason
    assert dead.counts == {f"{goods.id}:739922": 1, f"{goods.ids[1]}:739922": 1}
    assert VIEW_BUFFER.held().at_risk == 0
    assert not FlushedBatch.objects.exists()

    with pytest.raises(RefusedError, match="out of range"):
        replay(batch_id=dead.pk, user_id=keeper.pk)
    assert DeadBatch.objects.get().replayed_at is None
    ProductViews.objects.filter(product_id=goods.id).update(total=7)
    assert [replay(batch_id=dead.pk, user_id=keeper.pk) for _ in range(2)] == [2, 0]

    assert ProductViews.objects.get(product_id=goods.id).total == 8
    assert DeadBatch.objects.get().replayed_by == keeper
    with pytest.raises(UnknownBatchError):
        replay(batch_id="none", user_id=None)
