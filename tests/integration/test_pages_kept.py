"""What a page keeps of what somebody chose or typed, whatever was wrong with it."""

from collections import Counter

import pytest
from django.test import Client

from tests.goods import Goods
from tests.integration.outline import Outline


def page(client: Client, address: str, *, status: int = 200) -> Outline:
    response = client.get(address)
    assert response.status_code == status
    return Outline(response.content.decode())


def hidden(outline: Outline) -> list[tuple[str | None, str | None]]:
    fields = [field for field in outline.all("input") if field.get("type") == "hidden"]
    return [(field["name"], field["value"]) for field in fields]


def test_correcting_a_wrong_price_keeps_the_other_filters(visitor: Client, goods: Goods) -> None:
    chosen = "brand=Orchard+1&attribute=organic:true&attribute=fruit:plum&price=2-5&sort=name"

    outline = page(visitor, f"/c/jams/?price_min=cheap&{chosen}", status=422)

    assert Counter(hidden(outline)) == Counter(
        [
            ("brand", "Orchard 1"),
            ("attribute", "organic:true"),
            ("attribute", "fruit:plum"),
            ("price", "2-5"),
            ("sort", "name"),
        ]
    )


def test_a_chosen_value_that_no_facet_lists_is_sent_along(visitor: Client, goods: Goods) -> None:
    outline = page(visitor, "/c/jams/?attribute=weight:340&sort=name")

    assert hidden(outline) == [("attribute", "weight:340")]


def test_what_a_field_shows_is_not_sent_twice(visitor: Client, goods: Goods) -> None:
    assert hidden(page(visitor, "/c/jams/?attribute=fruit:cherry&price=2-5&sort=name")) == []


def test_a_price_range_that_no_button_shows_is_not_overruled_by_any(visitor: Client, goods: Goods) -> None:
    outline = page(visitor, "/c/jams/?price=3-4")
    ticked = [field for field in outline.all("input") if field.get("type") == "radio" and "checked" in field]

    assert ("price", "3-4") in hidden(outline) or [field["value"] for field in ticked] == ["3-4"]
    assert "" not in [field["value"] for field in ticked]


def test_the_sort_outlives_a_list_without_products(visitor: Client, goods: Goods) -> None:
    assert ("sort", "name") in hidden(page(visitor, "/c/jams/?price_min=900&sort=name"))


def test_a_sort_that_does_not_exist_is_not_sent_again(visitor: Client, goods: Goods) -> None:
    assert hidden(page(visitor, "/c/jams/?sort=x&brand=Orchard+1", status=422)) == [("brand", "Orchard 1")]


def test_best_match_is_offered_where_words_were_typed(visitor: Client, goods: Goods) -> None:
    for address, offered, chosen in (("/c/jams/", False, "newest"), ("/search/?q=plum", True, "relevance")):
        options = page(visitor, address).all("option")

        assert ("relevance" in [option["value"] for option in options]) is offered
        assert [option["value"] for option in options if "selected" in option] == [chosen]


def test_a_search_for_blanks_is_a_search_for_everything(visitor: Client, goods: Goods) -> None:
    text = visitor.get("/search/?q=%20").content.decode()

    assert "<h1>Everything in the shop</h1>" in text
    assert Outline(text).all("input")[0]["value"] == ""


def test_an_old_address_keeps_its_query_and_is_asked_again(visitor: Client, goods: Goods) -> None:
    response = visitor.get(f"/p/old-{goods.id}/?reviewed=1&from=%22mail%22")

    assert response["Location"] == f"/p/plum-jam-0-{goods.id}/?reviewed=1&from=%22mail%22"
    assert response["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("address", ["/c/jams/?sort=name&cursor=x", "/search/?q=plum&cursor=x"])
def test_a_bad_cursor_leads_to_the_first_page_of_its_list(visitor: Client, goods: Goods, address: str) -> None:
    leads_to = page(visitor, address, status=400).link("First page of the list")

    assert leads_to == address.removesuffix("&cursor=x")
    page(visitor, leads_to)


def test_a_refused_review_thanks_nobody(visitor: Client, goods: Goods) -> None:
    response = visitor.post(f"/p/plum-jam-0-{goods.id}/?reviewed=1", {"author": "Finn"})

    assert "not in yet" in response.content.decode()
    assert "Thank you" not in response.content.decode()
    form = next(form for form in Outline(response.content.decode()).all("form") if form.get("id") == "review-form")
    assert form["action"] == f"/p/plum-jam-0-{goods.id}/#review-form"
