"""The admin's first page: its figures, what it costs, and what it says while Redis is away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from analytics import figures as views_figures
from analytics.flushing import flush_views, persist
from analytics.models import FlushedBatch
from analytics.operations import record_view
from catalog import figures
from catalog.models import Price, Product, Review
from catalog.operations import change_price
from catalog.queries import get_price
from shop.caching.buffer import Batch
from shop.caching.guarded_store import GuardedStore
from shop.caching.metrics import Metrics
from shop.caching.redis_store import RedisStore
from shop.caching.registry import REGISTRY
from shop.wiring import make_ground
from tests.failures.web import NOWHERE
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql

HOME = "/admin/"


def shown(staff: Client) -> Any:
    page = staff.get(HOME)
    assert page.status_code == 200
    return page.context


def reviewed(goods: Goods, *ratings: int, days_ago: int = 0) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    Review.objects.bulk_create(
        Review(product_id=goods.id, author="A", rating=rating, title="T", created_at=at) for rating in ratings
    )


def test_the_figures_are_those_of_the_shop(staff: Client, goods: Goods) -> None:
    Review.objects.update(status="approved")
    reviewed(goods, 3, 3)
    Product.objects.filter(pk__in=goods.ids[:15]).update(is_published=False)

    found = shown(staff)["figures"]

    assert (found.products.number, found.products.is_exact) == (30, True)
    assert found.withdrawn == 15
    assert (found.on_sale.number, found.on_sale.is_exact) == (10, True)
    assert found.waiting == 2
    assert (found.reviews.today, str(found.reviews.average_today)) == (4, "3.8")


def test_one_withdrawn_product_is_not_rounded_away(staff: Client, goods: Goods) -> None:
    assert "counted; all published" in staff.get(HOME).content.decode()

    Product.objects.filter(pk=goods.id).update(is_published=False)

    assert "counted; 1 withdrawn" in staff.get(HOME).content.decode()


def test_the_charts_are_of_fourteen_days(staff: Client, goods: Goods) -> None:
    reviewed(goods, 5, 1, days_ago=13)
    reviewed(goods, 2, 2, 2, days_ago=14)

    reviews = shown(staff)["figures"].reviews

    assert list(reviews.by_day.values()) == [2, *[0] * 12, 2]
    assert reviews.by_rating == {1: 1, 2: 0, 3: 0, 4: 1, 5: 2}


def test_what_each_chart_draws_is_in_a_table_too(staff: Client, goods: Goods) -> None:
    page = staff.get(HOME)

    for chart in page.context["charts"]:
        assert all(f'<th scope="row">{row[0]}</th>' in page.content.decode() for row in chart.rows)


def test_a_number_that_was_not_counted_through_says_so(
    staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "COUNTED", 5)
    run_sql("ANALYZE catalog_product")

    page = staff.get(HOME)

    found = page.context["figures"]
    assert (found.products.number, found.products.is_exact) == (30, False)
    assert (found.on_sale.number, found.on_sale.is_exact) == (5, False)
    assert "≈ 30" in page.content.decode()
    assert "5+" in page.content.decode()


def test_an_empty_shop_has_a_dashboard(staff: Client, goods: Goods) -> None:
    Product.objects.all().delete()

    page = staff.get(HOME)

    assert page.context["figures"].withdrawn == 0
    assert b"all published" not in page.content
    assert b"No reviews came in" in page.content


def test_it_costs_the_same_however_large_the_shop(staff: Client, goods: Goods) -> None:
    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            shown(staff)
        return [query["sql"] for query in captured]

    statements()  # content types are read once in a process
    small = statements()
    template = Product.objects.get(pk=goods.id)
    made = Product.objects.bulk_create(
        Product(sku=f"N{number}", slug="n", name="N", brand="B", category_id=template.category_id)
        for number in range(3000)
    )
    Price.objects.bulk_create(Price(product=one, regular_amount=5, amount=4) for one in made)
    reviewed(goods, *[4] * 3000)
    run_sql("ANALYZE")

    large = statements()

    assert len(large) == len(small)
    assert len(large) <= 17
    for sql in large:
        assert "LIMIT" in sql or "pg_class" in sql or "visitors_session" in sql or "auth_user" in sql, sql


def test_price_changes_of_staff_are_counted_and_the_last_actions_shown(staff: Client, goods: Goods) -> None:
    address = f"/admin/catalog/price/{goods.id}/change/"
    fields = {"regular_amount": "4.50", "amount": "3.00", "currency": "EUR"}
    assert staff.post(address, fields).status_code == 302

    context = shown(staff)

    assert (context["price_changes"].number, context["price_changes"].is_exact) == (1, True)
    assert "4.50" not in str(context["actions"][0])
    assert context["actions"][0].user.username == "keeper"


def test_caches_come_with_the_most_missed_first(staff: Client, visitor: Client, goods: Goods) -> None:
    for product_id in goods.ids[:5]:
        visitor.get(f"/api/products/{product_id}")

    caches = shown(staff)["caches"]

    misses = [row["misses"] for row in caches.rows]
    assert misses == sorted(misses, reverse=True)
    assert caches.slowest in {row["name"] for row in caches.rows}
    assert (caches.trouble, caches.breaker) == ("", "closed")


def test_caches_are_named_as_people_say_them(staff: Client, goods: Goods) -> None:
    page = staff.get(HOME).content.decode()

    assert '<th scope="row">related products' in page
    assert "related_products" not in page


def test_the_chart_leaves_out_caches_that_nobody_has_asked(
    staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(REGISTRY, "metrics", Metrics())
    REGISTRY.wire(make_ground)
    get_price(product_id=goods.id)

    chart = shown(staff)["caches_chart"]

    names = [row[0] for row in chart.rows]
    assert "price" in names
    assert "related products" not in names


def test_without_redis_the_page_says_so_and_shows_the_rest(
    staff: Client, goods: Goods, broken_redis: Callable[[], None]
) -> None:
    broken_redis()

    page = staff.get(HOME)

    assert page.status_code == 200
    assert b"Redis does not answer" in page.content
    assert page.context["figures"].products.number == 30


@pytest.fixture
def broken_redis(goods: Goods) -> Callable[[], None]:
    """Puts the caches on a Redis that refuses every connection."""

    def put() -> None:
        nowhere = Redis.from_url(NOWHERE, retry=Retry(NoBackoff(), 0), socket_connect_timeout=0.1)
        ground = make_ground()
        store = GuardedStore(RedisStore(reads=nowhere, writes=nowhere), breaker=ground.breaker)
        REGISTRY.wire(lambda: replace(ground, store=store))

    return put


def test_views_of_today_come_with_about_how_many_visitors(staff: Client, goods: Goods) -> None:
    for visitor in ("ann", "bob", "ann"):
        record_view(product_id=goods.id, visitor=visitor)
    persist(Batch("yesterday's", {f"{goods.id}:739922": 50}))
    FlushedBatch.objects.update(flushed_at=timezone.now() - timedelta(days=1))
    flush_views()

    page = staff.get(HOME)

    found = page.context["views"]
    assert (found.views.number, found.views.is_exact, found.visitors) == (3, True, 2)
    assert "by about 2 visitors" in page.content.decode()


def test_so_many_batches_of_views_that_they_were_not_added_up_through_are_told(
    staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_figures, "COUNTED_BATCHES", 2)
    for name in ("a", "b", "c"):
        persist(Batch(name, {f"{goods.id}:739922": 5}))

    page = staff.get(HOME)

    assert (page.context["views"].views.number, page.context["views"].views.is_exact) == (10, False)
    assert ">10+</a>" in page.content.decode()


def test_without_redis_visitors_are_not_known_and_views_are(
    staff: Client, goods: Goods, broken_redis: Callable[[], None]
) -> None:
    persist(Batch("b", {f"{goods.id}:739922": 5}))
    broken_redis()

    page = staff.get(HOME)

    assert (page.context["views"].views.number, page.context["views"].visitors) == (5, None)
    assert "visitors are not known" in page.content.decode()


def test_who_may_not_look_at_products_sees_none_of_their_figures(goods: Goods) -> None:
    client = Client()
    client.force_login(User.objects.create_user("clerk", is_staff=True))

    page = client.get(HOME)

    assert page.status_code == 200
    assert "figures" not in page.context
    assert b"Products" not in page.content


def test_a_price_changed_elsewhere_is_no_action_of_staff(staff: Client, goods: Goods) -> None:
    change_price(product_id=goods.id, amount=Price.objects.get(pk=goods.id).amount)

    assert shown(staff)["price_changes"].number == 0
