"""The queue of reviews: what it shows, what its buttons do, and that the shop hears of it at once."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Review
from catalog.moderation import Verdict, count_waiting, moderate_reviews
from tests.goods import Goods
from tests.integration.catalog_rows import logged, run_sql

QUEUE = "/admin/catalog/review/"


def reviews_of(visitor: Client, goods: Goods) -> Any:
    return visitor.get(f"/api/products/{goods.id}").json()["reviews"]


def decide(client: Client, review_id: int, verdict: str, **headers: str) -> Any:
    address = reverse("admin:catalog_review_moderate", args=[review_id])
    return client.post(address, {"verdict": verdict}, headers=headers)


def ids(page: Any) -> list[int]:
    return [review.pk for review in page.context["cl"].result_list]


def test_a_hidden_review_leaves_the_shop_and_its_average_at_once(staff: Client, visitor: Client, goods: Goods) -> None:
    ann = Review.objects.get(author="Ann")
    assert reviews_of(visitor, goods)["average"] == 4.5

    decide(staff, ann.pk, "hide")

    reviews = reviews_of(visitor, goods)
    assert (reviews["count"], reviews["average"]) == (1, 4.0)
    assert [one["author"] for one in reviews["latest"]] == ["Bob"]


def test_a_review_that_is_shown_again_is_back_at_once(staff: Client, visitor: Client, goods: Goods) -> None:
    ann = Review.objects.get(author="Ann")
    decide(staff, ann.pk, "hide")
    assert reviews_of(visitor, goods)["count"] == 1

    decide(staff, ann.pk, "show")

    assert reviews_of(visitor, goods)["count"] == 2
    assert Review.objects.get(pk=ann.pk).status == "approved"


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("approve", "new", "approved"),
        ("approve", "hidden", "hidden"),
        ("hide", "new", "hidden"),
        ("hide", "approved", "hidden"),
        ("show_again", "hidden", "approved"),
        ("show_again", "new", "new"),
    ],
)
def test_a_bulk_action_is_about_the_reviews_it_fits(
    staff: Client, goods: Goods, action: str, before: str, after: str
) -> None:
    Review.objects.update(status=before)

    staff.post(QUEUE, {"action": action, "_selected_action": list(Review.objects.values_list("pk", flat=True))})

    assert set(Review.objects.values_list("status", flat=True)) == {after}


def test_a_second_click_changes_nothing(staff: Client, goods: Goods) -> None:
    ann = Review.objects.get(author="Ann")
    decide(staff, ann.pk, "approve")

    with logged() as changes:
        decide(staff, ann.pk, "approve")

    assert changes.rows == []


def test_many_are_decided_by_few_statements_and_one_line_of_the_log(staff: Client, goods: Goods) -> None:
    Review.objects.bulk_create(
        Review(product_id=product_id, author="A", rating=3, title="T") for product_id in goods.ids for _ in range(10)
    )
    everything = list(Review.objects.values_list("pk", flat=True))

    with logged() as changes, CaptureQueriesContext(connection) as queries:
        user_id = User.objects.get(username="keeper").pk
        assert moderate_reviews(review_ids=everything, verdict=Verdict.HIDE, user_id=user_id) == 302

    assert changes.sizes("review_summary") == [30]
    assert len(queries) <= 14


def test_the_queue_shows_what_waits_with_its_text_and_product(staff: Client, goods: Goods) -> None:
    Review.objects.filter(author="Bob").update(status="approved")
    Review.objects.filter(author="Ann").update(body="<script>alert(1)</script> Sweet.")

    page = staff.get(QUEUE, {"status": "new"})

    html = page.content.decode()
    assert ids(page) == [Review.objects.get(author="Ann").pk]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Sweet." in html
    assert reverse("admin:catalog_product_change", args=[goods.id]) in html


def test_a_button_leads_back_to_the_list_as_it_was(staff: Client, goods: Goods) -> None:
    first, second = Review.objects.order_by("pk")

    back = decide(staff, first.pk, "hide", referer=f"http://testserver{QUEUE}?status=hidden&q=JAM-000")
    lost = decide(staff, second.pk, "hide", referer="http://elsewhere.example/x?y")
    broken = decide(staff, second.pk, "show", referer="http://[bad")

    assert back["Location"] == f"{QUEUE}?status=hidden&q=JAM-000"
    assert lost["Location"] == f"{QUEUE}?status=new"
    assert broken["Location"] == f"{QUEUE}?status=new"


@pytest.mark.parametrize("verdict", ["", "delete", "HIDE", "\x00"])
def test_a_verdict_that_is_none_is_refused(staff: Client, goods: Goods, verdict: str) -> None:
    assert decide(staff, Review.objects.get(author="Ann").pk, verdict).status_code == 400


def test_a_review_that_is_gone_is_no_error(staff: Client, goods: Goods) -> None:
    assert decide(staff, 10**12, "hide").status_code == 302


def test_only_who_may_change_reviews_decides(goods: Goods) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_review"))
    client = Client(raise_request_exception=False)
    client.force_login(clerk)
    ann = Review.objects.get(author="Ann")

    assert client.get(QUEUE).status_code == 200
    assert decide(client, ann.pk, "hide").status_code == 403
    assert client.get(reverse("admin:catalog_review_moderate", args=[ann.pk])).status_code == 405
    assert Review.objects.get(pk=ann.pk).status == "new"


def test_the_number_that_waits_ends_at_a_hundred(goods: Goods) -> None:
    assert count_waiting() == 2

    Review.objects.bulk_create(Review(product_id=goods.id, author="A", rating=3, title="T") for _ in range(200))

    assert count_waiting() == 100


def test_a_decision_is_in_the_review_s_history(staff: Client, goods: Goods) -> None:
    ann = Review.objects.get(author="Ann")
    decide(staff, ann.pk, "hide")

    page = staff.get(reverse("admin:catalog_review_history", args=[ann.pk])).content.decode()

    assert "status from “new” to “hidden”" in page


@pytest.mark.parametrize(
    ("status", "index"),
    [("new", "review_waiting"), ("hidden", "review_hidden"), ("approved", "catalog_review_pkey"), ("", "pkey")],
)
def test_no_choice_of_status_reads_the_whole_table(staff: Client, goods: Goods, status: str, index: str) -> None:
    Review.objects.bulk_create(
        Review(product_id=goods.id, author="A", rating=3, title="T", status="approved") for _ in range(20_000)
    )
    run_sql("ANALYZE catalog_review")
    with CaptureQueriesContext(connection) as queries:
        assert staff.get(QUEUE, {"status": status}).status_code == 200

    # The badge of the menu counts the waiting ones on every page: up to a hundred.
    asked = [
        query["sql"]
        for query in queries
        if 'FROM "catalog_review"' in (sql := query["sql"]) and "LIMIT 100)" not in sql
    ]
    assert asked
    for sql in asked:
        plan = "\n".join(line for (line,) in run_sql(f"EXPLAIN {sql.replace('%', '%%')}"))
        # Without an order to come in, the first ten thousand rows may be counted as they lie.
        counted_as_they_lie = "Limit" in plan.partition("Seq Scan")[0] and "Sort" not in plan
        assert index in plan or (status == "" and counted_as_they_lie), plan
