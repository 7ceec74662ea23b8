"""Category and search pages: facets, what is chosen, how many there are, what was meant, what helps with nothing."""

import pytest
from django.test import Client

from catalog.models import Category, Product
from catalog.search import bounded
from shop.events.fast_path import announced_changes
from tests.goods import Goods
from tests.integration.outline import Outline


def page(client: Client, address: str, *, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def checked(text: str) -> set[tuple[str | None, str | None]]:
    """What is ticked among the filters: fields and values."""
    fields = [field for field in Outline(text).all("input") if "checked" in field]
    return {(field["name"], field["value"]) for field in fields if field["value"]}


def test_a_category_offers_its_facets_with_counts_and_keeps_what_is_ticked(visitor: Client, goods: Goods) -> None:
    text = page(visitor, "/c/jams/?attribute=fruit:cherry")

    assert checked(text) == {("attribute", "fruit:cherry")}
    assert "10 products" in text
    boxes = [field for field in Outline(text).all("input") if field.get("type") == "checkbox"]
    assert {box["value"] for box in boxes} == {"organic:true", "organic:false", "fruit:plum", "fruit:cherry"}
    assert "Plum jam 3<" in text
    assert "Plum jam 4<" not in text


def test_a_facet_that_would_change_nothing_is_left_out(visitor: Client, goods: Goods) -> None:
    everything = page(visitor, "/c/jams/")
    one_brand = page(visitor, "/c/jams/?brand=Orchard+0")

    assert "€2 to €5" not in everything
    assert 'value="Orchard 0"' in one_brand
    assert "fruit:cherry" not in one_brand


def test_each_chosen_value_can_be_taken_away_alone(visitor: Client, goods: Goods) -> None:
    text = page(visitor, "/c/jams/?attribute=fruit:cherry&brand=Orchard+0&brand=Orchard+1&price_max=9&sort=name")
    outline = Outline(text)

    assert outline.link("Remove Orchard 1") == "?attribute=fruit%3Acherry&brand=Orchard+0&price_max=9&sort=name"
    assert outline.link("Remove Fruit: cherry") == "?brand=Orchard+0&brand=Orchard+1&price_max=9&sort=name"
    assert "up to €9" in text
    assert outline.link("Clear all") == "?"


def test_a_price_range_is_one_of_several(visitor: Client, goods: Goods) -> None:
    with_dear_one = page(visitor, "/c/jams/?price=2-5")

    assert checked(with_dear_one) == {("price", "2-5")}
    assert Outline(with_dear_one).link("Remove €2 to €5") == "?"


def test_shelves_below_say_how_much_of_the_list_they_hold_and_keep_its_filters(visitor: Client, goods: Goods) -> None:
    outline = Outline(page(visitor, "/c/pantry/?brand=Orchard+1&sort=name"))

    assert outline.link("Jams 10") == "/c/jams/?brand=Orchard+1&sort=name"


def test_a_search_can_be_narrowed_to_a_category_and_back(visitor: Client, goods: Goods) -> None:
    with announced_changes():
        drinks = Category.objects.create(name="Drinks", slug="drinks")
        Product.objects.filter(pk=goods.ids[1]).update(category=drinks)
    outline = Outline(page(visitor, "/search/?q=plum&brand=Orchard+1"))
    narrowed = outline.link("Pantry 9")

    assert narrowed == "?q=plum&brand=Orchard+1&category=pantry"
    again = Outline(page(visitor, f"/search/{narrowed}"))
    assert again.link("Remove Pantry") == "?q=plum&brand=Orchard+1"
    assert again.link("Clear all") == "?q=plum"
    assert {"type": "hidden", "name": "category", "value": "pantry"} in again.all("input")


def test_a_search_says_which_words_it_has_put_right(visitor: Client, goods: Goods) -> None:
    text = page(visitor, "/search/?q=plumm")

    assert "Results for “plum”" in text
    assert "“plumm”" in text
    assert "30 products" in text


def test_a_search_for_nothing_the_shop_has_says_what_to_do(visitor: Client, goods: Goods) -> None:
    text = page(visitor, "/search/?q=xylophone")
    outline = Outline(text)

    assert "Nothing here matches" in text
    assert "Check the spelling" in text
    assert outline.link("Jams") == "/c/jams/"
    assert 'form class="filters"' not in text


def test_filters_that_leave_nothing_can_be_cleared(visitor: Client, goods: Goods) -> None:
    text = page(visitor, "/c/jams/?price_min=900")

    assert "Nothing here matches" in text
    assert Outline(text).link("clear all of them") == "?"
    assert Outline(text).link("Remove from €900") == "?"


def test_a_price_may_be_typed_with_a_decimal_comma(visitor: Client, goods: Goods) -> None:
    text = page(visitor, "/c/jams/?price_min=3,20&price_max=4,49")

    assert "10 products" in text
    assert 'value="3,20"' in text


def test_a_comma_that_may_group_thousands_is_not_guessed_at(visitor: Client, goods: Goods) -> None:
    assert "To: give an amount such as 2.50." in page(visitor, "/c/jams/?price_max=1,000", status=422)


def test_a_lowest_price_above_the_highest_is_said_to_be_so(visitor: Client, goods: Goods) -> None:
    text = page(visitor, "/c/jams/?price_min=9&price_max=2", status=422)

    assert "From is more than To" in text
    assert "9 products" not in text


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("price_max=-1", "To"),
        ("price=2", "Price"),
        ("sort=random", "Sort by"),
        ("attribute=x", "Properties"),
        ("brand=" + "x" * 61, "Brand"),
    ],
)
def test_each_wrong_filter_is_explained_once_in_the_words_of_the_page(
    visitor: Client, goods: Goods, query: str, label: str
) -> None:
    text = page(visitor, f"/c/jams/?{query}&{query}", status=422)

    assert text.count(f"<li>{label}: ") == 1
    assert "should" not in text.partition('role="alert"')[2].partition("</div>")[0]


def test_a_count_that_is_only_a_lower_bound_is_shown_as_one(
    visitor: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    with announced_changes():
        Category.objects.create(name="Syrups", slug="syrups", parent=goods.pantry)
    monkeypatch.setattr(bounded, "COUNTED", 7)

    outline = Outline(page(visitor, "/c/pantry/"))

    assert outline.link("Jams 8+") == "/c/jams/"
    assert ("Syrups", "/c/syrups/") in outline.links


def test_a_wrong_filter_can_be_taken_away_too(visitor: Client, goods: Goods) -> None:
    text = page(visitor, "/c/jams/?price_min=cheap&brand=Orchard+1", status=422)

    assert Outline(text).link("Remove from €cheap") == "?brand=Orchard+1"


def test_a_value_from_the_address_is_escaped_wherever_it_stands(visitor: Client, goods: Goods) -> None:
    attack = "%22%3E%3Cscript%3E"

    for address in ("/c/jams/?brand={}", "/search/?q={}&category=jams&brand={}", "/c/jams/?sort={}"):
        assert b"<script>" not in visitor.get(address.replace("{}", attack)).content


@pytest.mark.parametrize("typed", ["plu", "PLUM", "jam"])
def test_suggestions_are_links_with_a_price_and_their_number_in_words(
    visitor: Client, goods: Goods, typed: str
) -> None:
    text = page(visitor, f"/search/suggest/?q={typed}")

    assert "<html" not in text
    assert len(Outline(text).links) >= 1
    assert f'data-said="{len(Outline(text).links)} suggestion' in text
    assert "/p/plum-jam-" in text
    assert "€" in text


@pytest.mark.parametrize("typed", ["", "p", "%00", "xylophone", "a" * 500, "%F0%9F%8D%91", "%22%3E%3Cscript%3E"])
def test_whatever_is_typed_the_suggestions_answer(visitor: Client, goods: Goods, typed: str) -> None:
    response = visitor.get(f"/search/suggest/?q={typed}")

    assert response.status_code == (400 if typed == "%00" else 200)
    assert b"<script>" not in response.content


def test_a_product_in_the_window_is_on_the_home_page_first(visitor: Client, goods: Goods) -> None:
    assert "In the window today" not in page(visitor, "/")
    with announced_changes():
        Product.objects.filter(pk=goods.ids[3]).update(is_featured=True)

    text = page(visitor, "/")

    assert "In the window today" in text
    assert text.index("Plum jam 3<") < text.index("On sale")
