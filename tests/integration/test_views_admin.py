"""Views behind the counter: products by how often they were looked at, the ledger of batches, and what it says of Redis
and of losses."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import figures as views_figures
from analytics.flushing import flush_views, persist
from analytics.models import DeadBatch, FlushedBatch
from analytics.operations import record_view
from catalog.figures import Figure
from shop.caching.buffer import Batch
from shop.caching.registry import REGISTRY
from tests.goods import Goods
from tests.integration.views import look

VIEWS = "/admin/analytics/productviews/"
BATCHES = "/admin/analytics/flushedbatch/"
DEAD = "/admin/analytics/deadbatch/"


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def clerk_with(*codenames: str) -> Client:
    clerk = User.objects.create_user(f"clerk {len(codenames)}", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client(raise_request_exception=False)
    client.force_login(clerk)
    return client


def figures(staff: Client) -> Any:
    page = staff.get(BATCHES)
    assert page.status_code == 200
    return page.context["write_behind"]


def test_products_come_with_the_most_viewed_first_and_with_their_views_of_today(staff: Client, goods: Goods) -> None:
    look(goods.ids[2], count=1500, days_ago=1)
    look(goods.ids[2], count=2)
    look(goods.ids[1], count=70)

    text = text_of(staff.get(VIEWS))

    assert re.findall(r"Plum jam \d+ \(\d+\) [\d,]+ [\d,]+", text) == [
        f"Plum jam 2 ({goods.ids[2]}) 1,502 2",
        f"Plum jam 1 ({goods.ids[1]}) 70 70",
    ]


def test_a_product_is_found_by_its_id_and_by_nothing_else(staff: Client, goods: Goods) -> None:
    look(goods.ids[1])

    assert "Plum jam 1" in text_of(staff.get(VIEWS, {"q": goods.ids[1]}))
    for text in ("jam", "-1", "9" * 30, str(goods.ids[2])):
        assert "Plum jam" not in text_of(staff.get(VIEWS, {"q": text}))


def test_a_product_s_page_shows_two_weeks_and_about_how_many_visitors(staff: Client, goods: Goods) -> None:
    for visitor in ("a", "b", "a"):
        record_view(product_id=goods.id, visitor=visitor)
    flush_views()
    for days_ago, count in ((13, 7), (14, 900)):
        look(goods.id, count=count, days_ago=days_ago)

    page = staff.get(f"{VIEWS}{goods.id}/change/")

    today = timezone.now().date()
    days = dict(page.context["days"])
    assert (len(days), days[today], days[today - timedelta(days=13)], sum(days.values())) == (14, 3, 7, 10)
    text = text_of(page)
    assert "about 2" in text
    assert "910" in text
    assert f"/admin/catalog/product/{goods.id}/change/" in page.content.decode()


def test_batches_come_newest_first_and_those_that_tell_of_losses_are_found(staff: Client, goods: Goods) -> None:
    for name, dropped in (("first", 0), ("second", 8), ("third", 0)):
        persist(Batch(name, {f"{goods.id}:739922": 1}, dropped))

    def named(query: dict[str, str]) -> list[str]:
        return [row.batch for row in staff.get(BATCHES, query).context["cl"].result_list]

    assert named({}) == ["third", "second", "first"]
    assert named({"losses": "told"}) == ["second"]
    assert named({"q": "first"}) == ["first"]
    assert named({"q": "fir"}) == []


def test_the_panel_says_what_is_pending_on_its_way_at_risk_and_lost(staff: Client, goods: Goods) -> None:
    assert "none yet" in text_of(staff.get(BATCHES))
    persist(Batch("counted", {f"{goods.id}:739922": 1}, 3))
    FlushedBatch.objects.update(flushed_at=timezone.now() - timedelta(seconds=600))
    DeadBatch.objects.create(batch="dead", counts={"7:1": 1}, dropped=4, reason="R", tries=8)
    DeadBatch.objects.create(
        batch="replayed", counts={"7:1": 1}, dropped=99, reason="R", tries=8, replayed_at=timezone.now()
    )
    record_view(product_id=goods.id)
    buffer = REGISTRY.ground().buffers("views")
    buffer.take(batch_id="taken", limit=1)
    record_view(product_id=goods.id)
    record_view(product_id=goods.id)

    found = figures(staff)

    assert (found.held.pending, found.held.batches, found.held.at_risk) == (2, 1, 3)
    assert (found.ledger.dropped, found.ledger.dead) == (Figure(number=7), 1)
    assert 600 <= found.ledger.last_flush_age_s < 660
    assert found.own.waiting == 0
    text = text_of(staff.get(BATCHES))
    assert "10 min ago" in text
    assert "One batch could not be counted" in text


def test_of_more_losses_than_are_added_up_the_panel_says_at_least(
    staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_figures, "COUNTED_TROUBLES", 3)
    for number in range(2):
        persist(Batch(f"b{number}", {f"{goods.id}:739922": 1}, 1000))
    assert "at least" not in text_of(staff.get(BATCHES))

    for number in range(2, 5):
        persist(Batch(f"b{number}", {f"{goods.id}:739922": 1}, 1000))

    assert "Dropped in all at least 3,000" in text_of(staff.get(BATCHES))


def test_without_redis_the_pages_say_so_and_show_what_the_database_knows(
    staff: Client, goods: Goods, lost_redis: None
) -> None:
    look(goods.id, count=3)
    persist(Batch("counted", {f"{goods.ids[1]}:739922": 1}, 5))

    batches, product = text_of(staff.get(BATCHES)), text_of(staff.get(f"{VIEWS}{goods.id}/change/"))

    assert "Redis does not answer." in batches
    assert "counted" in batches
    assert figures(staff).ledger.dropped.number == 5
    assert "not known while Redis is away" in product
    assert "Plum jam 0" in product


def test_nobody_writes_rows_through_the_admin(staff: Client, goods: Goods) -> None:
    look(goods.id)
    persist(Batch("b", {f"{goods.id}:739922": 1}))
    DeadBatch.objects.create(batch="dead", counts={"7:1": 1}, reason="R", tries=8)
    for address, pk in ((VIEWS, goods.id), (BATCHES, "b"), (DEAD, "dead")):
        assert staff.get(f"{address}add/").status_code == 403
        assert staff.post(f"{address}{pk}/change/", {"total": 5, "counts": "{}"}).status_code == 403
        assert staff.post(f"{address}{pk}/delete/", {"post": "yes"}).status_code == 403
        staff.post(address, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})

    assert FlushedBatch.objects.filter(pk="b").exists()
    assert DeadBatch.objects.get().counts == {"7:1": 1}


@pytest.mark.parametrize(
    ("codename", "allowed"),
    [
        ("view_productviews", {VIEWS}),
        ("view_flushedbatch", {BATCHES}),
        ("view_deadbatch", {DEAD}),
        ("view_product", set()),
    ],
)
def test_each_list_needs_its_permission(goods: Goods, codename: str, allowed: set[str]) -> None:
    clerk = clerk_with(codename)

    assert {one for one in (VIEWS, BATCHES, DEAD) if clerk.get(one).status_code == 200} == allowed
    menu = clerk.get("/admin/").context["sidebar_navigation"]
    offered = {item["link"] for group in menu for item in group["items"] if item["has_permission"]}
    assert offered & {VIEWS, BATCHES, DEAD} == allowed


def test_a_list_costs_few_queries(staff: Client, goods: Goods) -> None:
    for product_id in goods.ids:
        look(product_id)
        persist(Batch(f"b{product_id}", {f"{product_id}:739922": 1}))
        DeadBatch.objects.create(batch=f"d{product_id}", counts={"7:1": 1}, reason="R", tries=8)

    for address in (VIEWS, BATCHES, DEAD):
        staff.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(address).status_code == 200
        assert len(queries) <= 9, address
