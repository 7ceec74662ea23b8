import re

import pytest
from django.test import Client

from catalog.models import Product
from catalog.operations import update_product
from shop.events.fast_path import announced_changes
from tests.goods import Goods
from tests.integration.outline import Outline

EVERY_PAGE = [
    "/",
    "/c/pantry/",
    "/c/jams/?brand=Orchard+1",
    "/search/?q=plum",
    "/search/?q=zebra",
    "/p/plum-jam-0-{id}/",
    "/about/",
    "/about/caching/",
    "/nothing/here/",
    "/cart/",
    "/account/login/",
    "/account/signup/",
]


def page(client: Client, address: str, *, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_every_page_has_its_landmarks_and_no_inline_script(visitor: Client, goods: Goods, address: str) -> None:
    text = visitor.get(address.format(id=goods.id)).content.decode()
    outline = Outline(text)

    assert outline.all("html")[0]["lang"] == "en-GB"
    assert len(outline.all("h1")) == 1
    assert len(outline.all("main")) == len(outline.all("header")) == len(outline.all("footer")) == 1
    assert 'class="skip-link" href="#main"' in text
    for script in outline.all("script"):
        assert script.get("src", "").startswith("/static/") or script.get("type") == "application/ld+json"  # type: ignore[union-attr]
    assert not [
        name for _, attributes in outline.tags for name in attributes if name.startswith("on") or name == "style"
    ]
    assert "<title></title>" not in text
    assert next(meta for meta in outline.all("meta") if meta.get("name") == "description")["content"]


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_every_field_has_a_label(visitor: Client, goods: Goods, address: str) -> None:
    outline = Outline(visitor.get(address.format(id=goods.id)).content.decode())
    labelled = {label.get("for") for label in outline.all("label")}

    for tag in ("input", "select", "textarea"):
        for field in outline.all(tag):
            assert field.get("type") == "hidden" or field.get("id") in labelled


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_every_page_allows_its_browser_nothing_from_elsewhere(visitor: Client, goods: Goods, address: str) -> None:
    response = visitor.get(address.format(id=goods.id))

    policy = dict(rule.split(" ", 1) for rule in response["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_no_two_parts_of_a_page_share_an_id(visitor: Client, goods: Goods, address: str) -> None:
    outline = Outline(visitor.get(address.format(id=goods.id)).content.decode())
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_every_picture_has_its_room_and_a_text(visitor: Client, goods: Goods, address: str) -> None:
    outline = Outline(visitor.get(address.format(id=goods.id)).content.decode())

    for image in outline.all("img"):
        assert "alt" in image
        assert int(image["width"] or 0) > 0
        assert int(image["height"] or 0) > 0


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_no_page_starts_a_session(visitor: Client, goods: Goods, address: str) -> None:
    response = visitor.get(address.format(id=goods.id))

    assert "sessionid" not in response.cookies


def test_the_home_page_shows_categories_what_is_on_sale_and_what_is_new(visitor: Client, goods: Goods) -> None:
    text = page(visitor, "/")

    assert '<a href="/c/pantry/">Pantry</a>' in text
    assert "On sale" in text
    assert "€3.20" in text
    assert "\N{MINUS SIGN}29%" in text
    assert "Plum jam 29" in text


def test_an_empty_shop_says_how_to_fill_it(own_caches: None, plain_static: None, client: Client) -> None:
    assert "seed_catalog" in page(client, "/")


def test_the_pager_keeps_the_filters(visitor: Client, goods: Goods) -> None:
    first = Outline(page(visitor, "/c/jams/?sort=name&price_max=9"))
    following = next(link["href"] for link in first.all("a") if link.get("rel") == "next")

    assert following is not None
    assert "sort=name" in following
    second = page(visitor, f"/c/jams/{following}")

    assert second.count('class="card"') == 6
    assert "First page" in second


def test_wrong_filters_are_explained_on_the_page(visitor: Client, goods: Goods) -> None:
    text = page(visitor, "/c/jams/?price_min=cheap", status=422)

    assert 'role="alert"' in text
    assert "<li>From: give an amount such as 2.50.</li>" in text
    assert "decimal" not in text.partition('role="alert"')[2].partition("</div>")[0]
    assert 'value="cheap"' in text


def test_a_product_page_says_what_it_is_and_where_its_values_came_from(visitor: Client, goods: Goods) -> None:
    page(visitor, f"/p/plum-jam-0-{goods.id}/")
    text = page(visitor, f"/p/plum-jam-0-{goods.id}/")

    assert f'<link rel="canonical" href="http://testserver/p/plum-jam-0-{goods.id}/">' in text
    assert "<p>Sweet.</p>" in text
    assert "340 g" in text
    assert "4.5 out of 5" in text
    assert "2 round trips to the cache" in text
    assert 'aria-label="4.5 out of 5"' not in text
    assert 'role="img" aria-label="5 out of 5"' in text
    assert '<th scope="row">review summary</th>' in text
    assert "status--hit" in text
    assert "just loaded" not in text
    assert re.search(r'<td class="number">\d+\.\d m?s</td>\s*<td class="number">\d+ min</td>', text)


def test_a_wrong_slug_leads_to_the_right_address(visitor: Client, goods: Goods) -> None:
    for wrong in ("apple", "plum-jam-0-x", "PLUM"):
        response = visitor.get(f"/p/{wrong}-{goods.id}/")

        assert response.status_code == 301
        assert response["Location"] == f"/p/plum-jam-0-{goods.id}/"


def test_an_odd_slug_from_the_database_still_has_an_address(visitor: Client, goods: Goods) -> None:
    with announced_changes():
        Product.objects.filter(pk=goods.id).update(slug="käse/1")

    response = visitor.get(f"/p/plum-jam-0-{goods.id}/")

    assert response.status_code == 301
    assert visitor.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("address", ["/p/plum-jam-0-999999/", "/p/x-99999999999999999999/", "/c/nothing/", "/x/"])
def test_what_does_not_exist_has_a_page_that_says_so(visitor: Client, goods: Goods, address: str) -> None:
    text = page(visitor, address, status=404)

    assert "not_found" in text
    assert re.search(r"<title>There is (no such (product|category)|nothing here) · Larder</title>", text)


def test_an_address_without_its_last_slash_is_completed(visitor: Client, goods: Goods) -> None:
    assert visitor.get("/c/jams")["Location"] == "/c/jams/"


def test_whatever_a_product_says_is_escaped(visitor: Client, goods: Goods) -> None:
    attack = "<script>alert(1)</script>"
    update_product(product_id=goods.id, name=attack, brand=attack, description=attack)

    addresses = ("/", "/c/jams/", "/search/suggest/?q=script", f"/p/plum-jam-0-{goods.id}/")
    for address in (*addresses, f"/api/products/{goods.id}", "/api/products"):
        assert b"<script>" not in visitor.get(address).content
