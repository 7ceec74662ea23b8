"""What pages tell others than their readers: search engines, other sites, browsers; and the pages about the shop."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from catalog.models import Price, Review
from catalog.operations import update_product
from inventory.operations import receive
from shop.caching.registry import REGISTRY
from shop.events.fast_path import announced_changes
from tests.goods import Goods
from tests.integration.outline import Outline

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def told(client: Client, goods: Goods) -> list[dict[str, Any]]:
    found = DATA.findall(client.get(f"/p/plum-jam-0-{goods.id}/").content.decode())
    assert len(found) == 1
    data: list[dict[str, Any]] = json.loads(found[0])
    return data


def test_search_engines_are_told_of_the_product_its_price_and_its_reviews(visitor: Client, goods: Goods) -> None:
    product, breadcrumbs = told(visitor, goods)

    assert (product["@type"], product["sku"], product["brand"]["name"]) == ("Product", "JAM-000", "Orchard 0")
    assert (product["offers"]["price"], product["offers"]["priceCurrency"]) == ("3.20", "EUR")
    assert product["aggregateRating"] == {"@type": "AggregateRating", "ratingValue": "4.5", "reviewCount": 2}
    steps = [(step["position"], step["name"]) for step in breadcrumbs["itemListElement"]]
    assert steps == [(1, "Home"), (2, "Pantry"), (3, "Jams"), (4, "Plum jam 0")]
    for picture in product["image"]:
        assert visitor.get(picture.removeprefix("http://testserver")).status_code == 200


def test_nothing_in_a_product_s_name_gets_out_of_its_data(visitor: Client, goods: Goods) -> None:
    attack = "</script><script>alert(1)</script><!--"
    update_product(product_id=goods.id, name=attack, brand=attack, description=f"{attack}&\u2028")

    product, _ = told(visitor, goods)

    assert product["name"] == attack
    assert product["description"] == f"{attack}&\u2028"


@pytest.mark.parametrize("address", ["/", "/c/jams/", "/p/plum-jam-0-{id}/", "/about/", "/about/caching/"])
def test_a_page_has_a_title_a_canonical_address_and_words_for_other_sites(
    visitor: Client, goods: Goods, address: str
) -> None:
    address = address.format(id=goods.id)
    outline = Outline(visitor.get(f"{address}?utm=1").content.decode())
    properties = {meta.get("property"): meta["content"] for meta in outline.all("meta") if "content" in meta}

    assert (
        next(link["href"] for link in outline.all("link") if link["rel"] == "canonical")
        == f"http://testserver{address}"
    )
    assert properties["og:url"] == f"http://testserver{address}"
    assert properties["og:title"]


def test_endless_lists_are_kept_from_search_engines(visitor: Client, goods: Goods) -> None:
    robots = {"name": "robots", "content": "noindex, follow"}

    assert robots not in Outline(visitor.get("/c/jams/").content.decode()).all("meta")
    assert robots in Outline(visitor.get("/c/jams/?brand=Orchard+1").content.decode()).all("meta")
    assert robots in Outline(visitor.get("/c/jams/?sort=name&cursor=").content.decode()).all("meta")
    assert robots not in Outline(visitor.get("/c/jams/?utm_source=letter&brand=").content.decode()).all("meta")
    assert b"Disallow: /search/" in visitor.get("/robots.txt").content
    assert b"?*cursor=" not in visitor.get("/robots.txt").content


def test_search_engines_may_read_a_plain_list_to_its_end(visitor: Client, goods: Goods) -> None:
    first = Outline(visitor.get("/c/jams/").content.decode())
    following = next(link["href"] for link in first.all("a") if link.get("rel") == "next")
    second = Outline(visitor.get(f"/c/jams/{following}").content.decode())

    assert following is not None
    assert following.startswith("?cursor=")
    assert {"rel": "canonical", "href": f"http://testserver/c/jams/{following}"} in second.all("link")
    assert not [meta for meta in second.all("meta") if meta.get("name") == "robots"]


def test_a_product_without_price_and_reviews_is_no_product_to_search_engines(visitor: Client, goods: Goods) -> None:
    with announced_changes():
        Price.objects.filter(product_id=goods.id).delete()
        Review.objects.filter(product_id=goods.id).delete()

    assert [one["@type"] for one in told(visitor, goods)] == ["BreadcrumbList"]


def test_search_engines_are_told_how_long_a_reduction_lasts(visitor: Client, goods: Goods) -> None:
    with announced_changes():
        Price.objects.filter(product_id=goods.id).update(sale_ends_at=datetime(2031, 5, 4, 12, tzinfo=UTC))

    product, _ = told(visitor, goods)

    assert product["offers"]["priceValidUntil"] == "2031-05-04"


def test_search_engines_are_told_whether_a_product_is_in_stock(visitor: Client, goods: Goods) -> None:
    before, _ = told(visitor, goods)
    receive(product_id=goods.id, quantity=1, reason="test")
    after, _ = told(visitor, goods)

    assert before["offers"]["availability"] == "https://schema.org/OutOfStock"
    assert after["offers"]["availability"] == "https://schema.org/InStock"


def test_browsers_that_ask_for_the_old_icon_are_led_to_the_new_one(client: Client, plain_static: None) -> None:
    answer = client.get("/favicon.ico")

    assert answer["Location"] == "/static/storefront/larder.svg"
    assert answer["Cache-Control"] == "public, max-age=86400"


@pytest.mark.parametrize(
    "address", ["/", "/search/", "/search/suggest/", "/about/", "/about/caching/", "/c/jams/", "/favicon.ico"]
)
def test_who_posts_where_nothing_is_posted_hears_that_and_not_of_a_form(goods: Goods, address: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(address)

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"


def test_control_where_a_form_is_it_has_to_be_ours(goods: Goods) -> None:
    assert Client(enforce_csrf_checks=True).post("/cart/").status_code == 403


def test_the_page_about_caching_names_every_cache_of_the_process(visitor: Client, goods: Goods) -> None:
    text = visitor.get("/about/caching/").content.decode()

    assert len(REGISTRY.policies()) >= 5
    for policy in REGISTRY.policies():
        assert f'<th scope="row">{policy.name.replace("_", " ")}</th><td><span class="status">{policy.pattern}' in text
    assert "5 minutes" in text


def test_a_page_travels_compressed_to_who_can_unpack_it(visitor: Client, goods: Goods) -> None:
    plain = visitor.get("/c/jams/")
    packed = visitor.get("/c/jams/", headers={"accept-encoding": "gzip"})

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 3


def test_a_defect_has_a_page_that_needs_neither_the_database_nor_the_cache(
    client: Client, plain_static: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError

    settings.DEBUG = False
    client.raise_request_exception = False
    monkeypatch.setattr("shop.storefront.pages.home.featured", broken)

    # Without the fixtures of a database, pytest-django refuses every query.
    response = client.get("/")

    assert response.status_code == 500
    assert b"Something broke on our side" in response.content
    assert b"Back to the shop" in response.content
    assert "Cache-Status" not in response
