"""What is offered while somebody types."""

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category
from catalog.suggestions import suggest
from shop.events.fast_path import announced_changes
from tests.integration.catalog_rows import make_category, make_product

pytestmark = pytest.mark.usefixtures("own_caches")


@pytest.fixture
def shelf() -> Category:
    with announced_changes():
        sweets = make_category("sweet-things", name="Sweet Things", attribute_schema=[])
        make_category("chocolate", name="Chocolate & Cocoa", parent=sweets, attribute_schema=[])
        for number, name in enumerate(("Dark Chocolate", "Milk Chocolate", "Chopped Nuts", "Plum Jam")):
            make_product(sweets, f"S{number}", name=name, brand="Cocoa Lantern")
        make_product(sweets, "S9", name="Chocolate Withdrawn", is_published=False)
    return sweets


def test_the_last_word_is_completed_and_the_words_before_it_stand(shelf: Category) -> None:
    assert suggest("ch").words == ("chopped", "chocolate")
    assert suggest("Dark cho").words == ("dark chopped", "dark chocolate")


def test_categories_are_found_by_the_beginning_of_any_word(shelf: Category) -> None:
    assert [one.slug for one in suggest("coc").categories] == ["chocolate"]
    assert [one.slug for one in suggest("sweet th").categories] == ["sweet-things"]


def test_products_are_those_of_the_first_word(shelf: Category) -> None:
    assert {card.product.name for card in suggest("choco").cards} == {"Dark Chocolate", "Milk Chocolate"}


@pytest.mark.parametrize("text", ["", " ", "c", "\x00c", "ß", "%", "!"])
def test_less_than_two_characters_suggest_nothing(
    shelf: Category, text: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert suggest(text) == suggest("")


@pytest.mark.parametrize("text", ["%%", "__", "'; --", "\\\\", "xyzzy", "c" * 5000, "日本", "ch%"])
def test_odd_beginnings_suggest_no_words_and_break_nothing(shelf: Category, text: str) -> None:
    assert suggest(text).words == ()


def test_suggestions_cost_two_statements(shelf: Category, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    suggest("cho")

    with django_assert_num_queries(2):
        suggest("cho")
