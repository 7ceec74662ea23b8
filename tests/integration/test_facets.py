"""Facets: which choices a list offers, and how they are counted."""

import pytest
from django.http import QueryDict
from pytest_django import DjangoAssertNumQueries

from catalog import facets
from catalog.browsing import Browsed, browse
from catalog.facets import Facet
from catalog.filters import filters_from
from catalog.models import Category, Product
from catalog.search import bounded
from shop.events.fast_path import announced_changes
from tests.integration.catalog_rows import make_category, make_product

pytestmark = pytest.mark.usefixtures("own_caches")

ROAST = {"key": "roast", "label": "Roast", "kind": "choice", "unit": "", "choices": ["Dark", "Light"]}
ORGANIC = {"key": "organic", "label": "Organic", "kind": "flag", "unit": "", "choices": []}
WEIGHT = {"key": "weight", "label": "Weight", "kind": "number", "unit": "g", "choices": []}
CUT = {"key": "cut", "label": "Cut", "kind": "choice", "unit": "cm", "choices": ["1", "2"]}


def browsed(address: str, **fixed: str) -> Browsed:
    filters, problems = filters_from(QueryDict(address), **fixed)
    assert filters is not None, problems
    return browse(filters)


def facet(found: Browsed, key: str) -> Facet:
    return next(one for one in found.facets if one.key == key)


def counted(found: Browsed, key: str) -> dict[str, int]:
    return {one.value: one.count for one in facet(found, key).values}


@pytest.fixture
def shop() -> Category:
    """Drinks, with coffee (five goods) and tea (two) below."""
    with announced_changes():
        drinks = make_category("drinks", attribute_schema=[])
        coffee = make_category("coffee", parent=drinks, attribute_schema=[WEIGHT, ORGANIC, ROAST])
        tea = make_category("tea", parent=drinks, attribute_schema=[ORGANIC, CUT])
        for number, (brand, roast, organic, amount) in enumerate(
            (
                ("Alder", "Dark", True, "1.99"),
                ("Alder", "Light", True, "2.00"),
                ("Birch", "Dark", False, "4.99"),
                ("Birch", "Dark", True, "5.00"),
                ("Cedar", "Light", False, "20.00"),
            )
        ):
            attributes = {"roast": roast, "organic": organic, "weight": 500}
            make_product(coffee, f"C{number}", brand=brand, name="Bean", amount=amount, attributes=attributes)
        make_product(tea, "T1", brand="Alder", name="Leaf", amount="3.00", attributes={"organic": True, "cut": "2"})
        make_product(tea, "T2", brand="Dill", name="Leaf", amount="3.00", attributes={"cut": "2"})
        make_product(tea, "T3", brand="Dill", name="Hidden", is_published=False)
        make_product(tea, "T4", brand="Dill", name="Unpriced", amount=None)
    return drinks


def test_a_shelf_has_brands_prices_and_the_attributes_of_its_schema_with_known_values(shop: Category) -> None:
    found = browsed("", category="coffee")

    assert [one.key for one in found.facets] == ["brand", "price", "organic", "roast"]
    assert counted(found, "brand") == {"Alder": 2, "Birch": 2, "Cedar": 1}
    assert counted(found, "price") == {"0-2": 1, "2-5": 2, "5-10": 1, "20-": 1}
    assert counted(found, "organic") == {"organic:true": 3, "organic:false": 2}
    assert counted(found, "roast") == {"roast:Dark": 3, "roast:Light": 2}
    assert (found.counted.number, found.counted.is_exact) == (5, True)


def test_a_department_counts_its_shelves_and_offers_what_most_of_them_share(shop: Category) -> None:
    found = browsed("", category="drinks")

    assert counted(found, "category") == {"coffee": 5, "tea": 2}
    assert [one.key for one in found.facets] == ["category", "brand", "price", "organic"]
    assert counted(found, "organic") == {"organic:true": 4, "organic:false": 2}


def test_the_whole_shop_begins_with_its_departments(shop: Category) -> None:
    assert counted(browsed("q=leaf", search="leaf"), "category") == {"drinks": 2}


def test_a_choice_narrows_the_other_facets_and_not_its_own(shop: Category) -> None:
    found = browsed("brand=Alder&attribute=roast:Dark", category="coffee")

    assert found.counted.number == 1
    assert counted(found, "brand") == {"Birch": 2, "Alder": 1}
    assert counted(found, "roast") == {"roast:Dark": 1, "roast:Light": 1}
    assert counted(found, "organic") == {"organic:true": 1}


def test_values_of_one_facet_are_alternatives(shop: Category) -> None:
    assert browsed("brand=Alder&brand=Cedar", category="coffee").counted.number == 3
    assert browsed("attribute=roast:Dark&attribute=roast:Light", category="coffee").counted.number == 5


def test_what_was_chosen_stays_in_sight_when_nothing_is_left_of_it(shop: Category) -> None:
    found = browsed("brand=Nobody&price=10-20&attribute=roast:Dark", category="coffee")

    assert found.counted.number == 0
    assert [one.value for key in ("brand", "price", "roast") for one in facet(found, key).values if one.chosen] == [
        "Nobody",
        "10-20",
        "roast:Dark",
    ]


def test_a_price_range_begins_with_its_first_amount_and_ends_below_its_last(shop: Category) -> None:
    assert browsed("price=2-5", category="coffee").counted.number == 2
    assert browsed("price=20-", category="coffee").counted.number == 1
    assert browsed("price=2-5&price_max=3", category="coffee").counted.number == 1


def test_labels_are_for_people(shop: Category) -> None:
    found = browsed("", category="tea")

    labels = {one.value: one.label for name in ("organic", "cut", "price") for one in facet(found, name).values}
    assert labels == {"organic:true": "Yes", "cut:2": "2 cm", "2-5": "€2 to €5"}
    assert [one.label for one in browsed("", category="coffee").facets[1].values][-1] == "€20 and more"


def test_beyond_the_bound_counts_are_at_least(shop: Category, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "COUNTED", 3)

    found = browsed("brand=Alder", category="coffee")

    assert (found.counted.number, found.counted.is_exact) == (2, True)
    assert not facet(found, "brand").is_exact
    assert sum(counted(found, "brand").values()) == 4
    assert facet(found, "roast").is_exact


def test_facets_are_one_statement_however_much_is_chosen(
    shop: Category, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = "brand=Alder&price=2-5&attribute=roast:Dark&attribute=organic:true"
    browsed(address, category="coffee")

    with django_assert_num_queries(3):
        browsed(address, category="coffee")


def test_an_address_that_chooses_in_more_facets_than_anybody_reads_is_counted_in_few_groups(
    shop: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MOST_OWN_GROUPS", 1)

    found = browsed("brand=Alder&attribute=roast:Dark", category="coffee")

    assert counted(found, "brand") == {"Birch": 2, "Alder": 1}
    assert counted(found, "roast") == {"roast:Dark": 1}


def test_a_choice_that_looks_like_a_number_is_counted_in_all_spellings_that_it_finds() -> None:
    with announced_changes():
        sizes = {"key": "size", "label": "Size", "kind": "choice", "unit": "l", "choices": ["0.50", "0.5"]}
        bottles = make_category("bottles", attribute_schema=[sizes])
        for number, size in enumerate(("0.50", "0.5", "0.5")):
            make_product(bottles, f"B{number}", attributes={"size": size})

    found = browsed("attribute=size:0.50", category="bottles")

    assert found.counted.number == counted(found, "size")["size:0.50"] == 3


def test_many_brands_are_shown_as_far_as_anybody_reads_and_the_chosen_ones(
    shop: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MOST_BRANDS", 1)

    assert counted(browsed("brand=Cedar", category="coffee"), "brand") == {"Alder": 2, "Cedar": 1}


def test_bounds_of_nonsense_are_explained(shop: Category) -> None:
    for price in ("5", "a-b", "-5", "1-2-3", "1.5-2", "9" * 20 + "-"):
        assert filters_from(QueryDict(f"price={price}"))[0] is None


def test_a_new_product_is_counted_at_once(shop: Category) -> None:
    coffee = Category.objects.get(slug="coffee")
    make_product(coffee, "C9", brand="Alder", attributes={"roast": "Dark"})

    assert counted(browsed("", category="coffee"), "brand")["Alder"] == 3
    Product.objects.filter(sku="C9").update(is_published=False)
    assert counted(browsed("", category="coffee"), "brand")["Alder"] == 2
