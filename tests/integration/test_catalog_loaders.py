"""Each loader is one statement, gives exactly the snapshot, and takes the version of the same moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalog.loaders import (
    load_category_trees,
    load_prices,
    load_products,
    load_related_products,
    load_review_summaries,
)
from catalog.models import Category, CategoryTree, Price, Product, RelatedProducts, Review, ReviewSummary
from catalog.snapshots import AttributeSpec, PriceSnapshot, RelatedProductsSnapshot
from shop.caching.entry import Versioned
from tests.integration.catalog_rows import make_category, make_product

pytestmark = pytest.mark.django_db

Load = Callable[[Sequence[int]], Mapping[int, Versioned[Any]]]
AT = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
BY_PRODUCT: list[Load] = [load_products, load_prices, load_review_summaries, load_related_products]


@pytest.fixture
def jams() -> list[Product]:
    """Three products; the first has seven reviews, the newest last, two of them in the same moment."""
    category = make_category()
    products = [make_product(category, f"J{number}", created_at=AT) for number in range(3)]
    for number in range(7):
        moment = AT.replace(hour=min(number, 5))
        Review.objects.create(product=products[0], author="Ann", rating=4, title=f"no. {number}", created_at=moment)
    return products


@pytest.mark.parametrize("load", BY_PRODUCT)
def test_many_are_loaded_by_one_statement_and_the_absent_are_absent(
    load: Load, jams: list[Product], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [jam.pk for jam in jams]

    with django_assert_num_queries(1):
        found = load([*ids, 0, -1, 2**62])

    assert set(found) == set(ids)
    assert load([]) == {}


@pytest.mark.parametrize("load", [*BY_PRODUCT, load_category_trees])
def test_what_is_loaded_is_made_of_frozen_plain_values(load: Load, jams: list[Product]) -> None:
    for entry in load([1, *(jam.pk for jam in jams)]).values():
        assert_plain(entry.value)
        assert hash(entry.value)


def assert_plain(value: object) -> None:
    match value:
        case tuple():
            for part in value:
                assert_plain(part)
        case datetime():
            assert value.tzinfo is UTC
        case Decimal():
            assert value.as_tuple().exponent == -2
        case _ if is_dataclass(value):
            for field in fields(value):
                assert_plain(getattr(value, field.name))
        case _:
            assert value is None or isinstance(value, str | int | float | bool)


def test_a_product_has_its_columns_and_its_attributes_in_key_order(jams: list[Product]) -> None:
    jam = jams[0]
    Product.objects.filter(pk=jam.pk).update(
        attributes={"weight": 340.5, "organic": True, "roast": "Dark"}, is_published=False
    )
    jam.refresh_from_db()

    entry = load_products([jam.pk])[jam.pk]

    assert entry.version == jam.version
    assert entry.value.attributes == (("organic", True), ("roast", "Dark"), ("weight", 340.5))
    for column in ("id", "sku", "slug", "name", "brand", "category_id", "description", "is_published", "created_at"):
        assert getattr(entry.value, column) == getattr(jam, column)
    assert entry.value.updated_at == jam.updated_at


def test_a_price_has_two_places_and_its_end(jams: list[Product]) -> None:
    ends = timezone.now()
    Price.objects.filter(product=jams[0]).update(amount=2, sale_ends_at=ends)

    entry = load_prices([jams[0].pk])[jams[0].pk]

    assert entry.value == PriceSnapshot(jams[0].pk, "EUR", Decimal("2.00"), Decimal("2.50"), ends)
    assert str(entry.value.amount) == "2.00"
    assert entry.version == Price.objects.get(product=jams[0]).version


def test_a_summary_has_the_newest_five_reviews_newest_first(jams: list[Product]) -> None:
    found = load_review_summaries([jam.pk for jam in jams])

    reviewed, other = found[jams[0].pk], found[jams[1].pk]
    assert [review.title for review in reviewed.value.latest] == ["no. 6", "no. 5", "no. 4", "no. 3", "no. 2"]
    assert (reviewed.value.count, reviewed.value.rating_sum) == (7, 28)
    assert reviewed.version == ReviewSummary.objects.get(product=jams[0]).version
    assert (other.value.count, other.value.latest, other.value.average) == (0, (), None)


def test_neighbours_are_ids_and_a_run(jams: list[Product]) -> None:
    RelatedProducts.objects.filter(product=jams[0]).update(product_ids=[jams[2].pk, jams[1].pk], run=4)

    found = load_related_products([jams[0].pk, jams[1].pk])

    assert found[jams[0].pk].value == RelatedProductsSnapshot(jams[0].pk, (jams[2].pk, jams[1].pk), 4)
    assert found[jams[1].pk].value == RelatedProductsSnapshot(jams[1].pk, (), 0)


def test_the_tree_is_one_value_in_shop_order(
    jams: list[Product], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    parent = make_category("pantry", position=2, attribute_schema=[])
    Category.objects.filter(slug="jams").update(parent=parent, position=7)
    make_category("bread", position=2, attribute_schema=[])

    with django_assert_num_queries(1):
        tree = load_category_trees([1])[1]

    assert [category.slug for category in tree.value.categories] == ["bread", "pantry", "jams"]
    assert tree.value.categories[2].parent_id == parent.pk
    assert tree.value.categories[2].attribute_schema[2] == AttributeSpec(
        "roast", "Roast", "choice", "", ("Light", "Dark")
    )
    assert tree.version == CategoryTree.objects.get().version
    assert load_category_trees([2]) == {}


def test_a_shop_without_categories_has_an_empty_tree() -> None:
    assert load_category_trees([1])[1].value.categories == ()
