"""What the list of products shows, and what it is narrowed by."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Category, Price, Product, Review
from shop.events.admin_bases import bounded_paginator
from tests.goods import Goods

LIST = "admin:catalog_product_changelist"


def numbers(staff: Client, goods: Goods, **query: str) -> list[int]:
    """The numbers of the jams in the list, as goods has them."""
    page = staff.get(reverse(LIST), query)
    assert page.status_code == 200
    return [goods.ids.index(product.pk) for product in page.context["cl"].result_list]


def test_products_are_narrowed_by_their_price(staff: Client, goods: Goods) -> None:
    Price.objects.filter(pk=goods.ids[7]).delete()

    assert numbers(staff, goods, priced="sale") == list(range(27, -1, -3))
    assert numbers(staff, goods, priced="none") == [7]
    assert sorted(numbers(staff, goods, priced="regular")) == [n for n in range(30) if n % 3 and n != 7]


def test_a_category_stands_for_everything_below_it(staff: Client, goods: Goods) -> None:
    honey = Category.objects.create(name="Honey", slug="honey", parent=goods.pantry)
    Product.objects.filter(pk__in=goods.ids[5:]).update(category=honey)

    assert numbers(staff, goods, category="jams") == [4, 3, 2, 1, 0]
    assert len(numbers(staff, goods, category="pantry")) == 30
    assert numbers(staff, goods, category="nowhere") == []


def test_the_list_is_narrowed_by_what_is_published_and_featured(staff: Client, goods: Goods) -> None:
    Product.objects.filter(pk=goods.ids[4]).update(is_published=False, is_featured=True)

    assert numbers(staff, goods, is_published__exact="0") == [4]
    assert numbers(staff, goods, is_featured__exact="1") == [4]


def test_a_reduced_price_has_a_badge(staff: Client, goods: Goods) -> None:
    text = staff.get(reverse(LIST)).content.decode()

    assert len(re.findall(r"bg-red-100[^>]*>\s*sale\s*<", text)) == 10
    assert "3.20\N{NO-BREAK SPACE}EUR" in text


def test_a_form_shows_the_newest_twenty_reviews_however_many_there_are(staff: Client, goods: Goods) -> None:
    Review.objects.bulk_create(
        Review(product_id=goods.id, author="A", rating=3, title=f"Review {number}") for number in range(300)
    )

    with CaptureQueriesContext(connection) as queries:
        page = staff.get(reverse("admin:catalog_product_change", args=[goods.id]))

    text = page.content.decode()
    assert text.count("Review 2") > 10
    assert "Review 279" not in text
    assert "Review 280" in text
    assert f"{reverse('admin:catalog_review_changelist')}?q=JAM-000" in text
    assert [query for query in queries if "catalog_review" in query["sql"] and "LIMIT 20" in query["sql"]]
    assert len(queries) <= 14


@pytest.mark.parametrize(("counted", "said"), [(31, "30 products"), (30, "30 or more products")])
def test_a_list_says_when_it_has_stopped_counting(
    staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch, counted: int, said: str
) -> None:
    monkeypatch.setattr(bounded_paginator, "COUNTED_ROWS", counted)

    assert said in staff.get(reverse(LIST)).content.decode()


def test_one_product_is_one_and_a_narrowed_list_offers_the_way_back(staff: Client, goods: Goods) -> None:
    whole, narrowed = (staff.get(reverse(LIST), query).content.decode() for query in ({}, {"q": "JAM-007"}))

    assert ">1 product<" in narrowed
    assert "Show all" in narrowed
    assert "Show all" not in whole


@pytest.mark.parametrize(
    "query", [{"priced": "x"}, {"category": "\N{SNOWMAN}"}, {"is_published__exact": "x"}, {"p": "x"}]
)
def test_a_filter_that_makes_no_sense_is_no_error_of_ours(staff: Client, goods: Goods, query: dict[str, str]) -> None:
    assert staff.get(reverse(LIST), query).status_code in (200, 302)


def test_every_editable_field_has_a_name_of_its_own(staff: Client, goods: Goods) -> None:
    text = staff.get(reverse(LIST)).content.decode()

    assert 'aria-label="Published: Plum jam 7"' in text
    assert "_helptext" not in text
