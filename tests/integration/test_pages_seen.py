"""A product's page asks to be counted once: by a script, or by a picture where none runs; and says how often it was."""

from typing import Any

import pytest
from django.test import Client

from analytics.flushing import flush_views
from analytics.models import ProductViews
from catalog.models import Product
from tests.goods import Goods
from tests.integration.outline import Outline
from tests.integration.views import look


def page_of(goods: Goods, query: str = "") -> str:
    return f"/p/plum-jam-0-{goods.id}/{query}"


def picture_of(product_id: int) -> str:
    return f"/p/{product_id}/seen.svg"


def asks_to_be_counted(answer: Any) -> tuple[bool, bool]:
    """By a script, and by a picture."""
    page = answer.content.decode()
    return "data-views=" in page, "seen.svg" in page


def test_a_page_names_the_address_that_counts_it_and_the_picture_for_where_no_script_runs(
    visitor: Client, goods: Goods
) -> None:
    outline = Outline(visitor.get(page_of(goods)).content.decode())

    (script,) = (one for one in outline.all("script") if "data-views" in one)
    assert script["data-views"] == f"/api/products/{goods.id}/views"
    assert "defer" in script
    (picture,) = (one for one in outline.all("img") if one["src"] == picture_of(goods.id))
    assert (picture["alt"], picture["width"], picture["height"]) == ("", "1", "1")
    assert visitor.generic("POST", script["data-views"], content_type="").status_code == 202


@pytest.mark.parametrize("query", ["?reviewed=1", "?added=1"])
def test_a_page_that_answers_a_form_does_not_ask_to_be_counted(visitor: Client, goods: Goods, query: str) -> None:
    refused = visitor.post(page_of(goods), {"author": "", "rating": "9"})

    assert refused.status_code == 422
    assert asks_to_be_counted(refused) == (False, False)
    assert asks_to_be_counted(visitor.get(page_of(goods, query))) == (False, False)
    assert asks_to_be_counted(visitor.get(page_of(goods, "?utm_source=letter"))) == (True, True)


def test_the_picture_counts_each_time_and_is_kept_nowhere(visitor: Client, goods: Goods) -> None:
    answers = [visitor.get(picture_of(goods.id)) for _ in range(3)]
    visitor.head(picture_of(goods.id))
    flush_views()

    assert {answer.status_code for answer in answers} == {200}
    assert answers[0]["Cache-Control"] == "no-store"
    assert answers[0]["Content-Type"] == "image/svg+xml"
    assert answers[0].content.startswith(b"<svg ")
    assert ProductViews.objects.get(product_id=goods.id).total == 3
    assert visitor.post(picture_of(goods.id)).status_code == 405


def test_the_picture_of_what_visitors_cannot_see_is_not_there(visitor: Client, goods: Goods) -> None:
    Product.objects.filter(pk=goods.id).update(is_published=False)

    assert [visitor.get(picture_of(one)).status_code for one in (goods.id, 0, 10**15, 10**30)] == [404] * 4
    assert flush_views().increments == 0


@pytest.mark.parametrize(
    ("views", "said"), [(0, None), (1, "Viewed once"), (2, "Viewed 2 times"), (1234567, "Viewed 1,234,567 times")]
)
def test_the_page_says_how_often_it_was_looked_at(visitor: Client, goods: Goods, views: int, said: str | None) -> None:
    if views:
        look(goods.id, count=views)

    page = visitor.get(page_of(goods)).content.decode()

    assert (said in page) if said else ("Viewed" not in page)


def test_crawlers_are_asked_to_leave_the_picture_alone(visitor: Client) -> None:
    assert "Disallow: /p/*/seen.svg" in visitor.get("/robots.txt").content.decode().splitlines()
