"""The catalog's writes: what they change, what they refuse, and what they leave alone."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from catalog.models import Price, Product, RelatedProducts, Review, ReviewSummary
from catalog.operations import (
    ProductNotFoundError,
    change_price,
    post_review,
    recompute_related_products,
    update_product,
)
from tests.integration.catalog_rows import logged, make_category, make_product

pytestmark = pytest.mark.django_db

A_REVIEW: dict[str, Any] = {"author": "Ann", "rating": 5, "title": "Good", "body": ""}


@pytest.fixture
def jam() -> Product:
    return make_product(make_category(), "J1")


def test_a_review_is_added_and_counted(jam: Product) -> None:
    review_id = post_review(product_id=jam.pk, **A_REVIEW)

    assert Review.objects.get(pk=review_id).product_id == jam.pk
    assert ReviewSummary.objects.get(product=jam).review_count == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating": 0},
        {"rating": 6},
        {"title": ""},
        {"title": "x" * 121},
        {"author": ""},
        {"author": "a\x00b"},
        {"body": "\ud800"},
        {"body": "x" * 4001},
    ],
)
def test_a_review_that_does_not_fit_is_refused_by_field(jam: Product, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as error:
        post_review(product_id=jam.pk, **{**A_REVIEW, **wrong})

    assert set(error.value.message_dict) == set(wrong)
    assert not Review.objects.exists()


def test_only_products_that_visitors_see_are_reviewed(jam: Product) -> None:
    Product.objects.update(is_published=False)

    for product_id in (jam.pk, 0, -1, 2**62):
        with pytest.raises(ProductNotFoundError):
            post_review(product_id=product_id, **A_REVIEW)


def test_a_new_price_keeps_the_regular_one(jam: Product) -> None:
    change_price(product_id=jam.pk, amount=Decimal("1.99"))

    price = Price.objects.get(product=jam)
    assert (price.amount, price.regular_amount) == (Decimal("1.99"), Decimal("2.50"))


def test_both_prices_change_together(jam: Product) -> None:
    change_price(product_id=jam.pk, amount=Decimal("3.00"), regular_amount=Decimal("3.50"))

    price = Price.objects.get(product=jam)
    assert (price.amount, price.regular_amount) == (Decimal("3.00"), Decimal("3.50"))


@pytest.mark.parametrize("amount", ["2.51", "-0.01", "1.999", "NaN", "Infinity", "1e12"])
def test_a_price_that_makes_no_sense_is_refused(jam: Product, amount: str) -> None:
    with pytest.raises(ValidationError):
        change_price(product_id=jam.pk, amount=Decimal(amount))

    assert Price.objects.get(product=jam).amount == Decimal("2.50")


def test_a_product_without_a_price_has_none_to_change() -> None:
    unpriced = make_product(make_category(), "J1", amount=None)

    for product_id in (unpriced.pk, 0):
        with pytest.raises(ProductNotFoundError):
            change_price(product_id=product_id, amount=Decimal("1.00"))


def test_a_product_s_text_and_attributes_change_alone(jam: Product) -> None:
    with logged() as log:
        update_product(product_id=jam.pk, name="Cherry Jam", attributes={"weight": 340})

    jam.refresh_from_db()
    assert (jam.name, jam.attributes) == ("Cherry Jam", {"weight": 340})
    assert {row.entity for row in log.rows} == {"product"}


@pytest.mark.parametrize(
    "fields",
    [{"attributes": {"colour": "red"}}, {"name": ""}, {"name": "a\x00b"}, {"category_id": 0}, {"slug": "not a slug"}],
)
def test_fields_that_do_not_fit_are_refused_by_name(jam: Product, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as error:
        update_product(product_id=jam.pk, **fields)

    assert set(error.value.message_dict) == {name.removesuffix("_id") for name in fields}


def test_a_product_s_keys_are_not_for_changing(jam: Product) -> None:
    for name in ("id", "version", "search", "created_at"):
        with pytest.raises(TypeError):
            update_product(product_id=jam.pk, **{name: 1})
    with pytest.raises(ProductNotFoundError):
        update_product(product_id=0, name="Nothing")


def neighbours(product: Product) -> list[int]:
    return RelatedProducts.objects.values_list("product_ids", flat=True).get(product=product)


def test_neighbours_are_the_nearest_in_price_of_the_same_category() -> None:
    category = make_category()
    jams = [make_product(category, f"J{n}", amount=f"{n + 1}.00") for n in range(10)]
    other = make_product(make_category("tea"), "T1", amount="5.00")

    recompute_related_products()

    ids = [jam.pk for jam in jams]
    assert neighbours(jams[5]) == [ids[4], ids[6], ids[3], ids[7], ids[2], ids[8]]
    assert neighbours(jams[0]) == ids[1:7]
    assert neighbours(jams[9]) == ids[3:9][::-1]
    assert neighbours(other) == []


def test_hidden_and_unpriced_products_are_nobody_s_neighbours_and_have_none() -> None:
    category = make_category()
    hidden = make_product(category, "J1", is_published=False)
    unpriced = make_product(category, "J2", amount=None)
    first, second = make_product(category, "J3"), make_product(category, "J4")
    RelatedProducts.objects.filter(product=hidden).update(product_ids=[first.pk])

    recompute_related_products()

    assert [neighbours(product) for product in (hidden, unpriced, first, second)] == [[], [], [second.pk], [first.pk]]


def test_a_run_writes_only_what_differs() -> None:
    category = make_category()
    jams = [make_product(category, f"J{n:02}", amount=f"{n + 1}.00") for n in range(20)]
    assert recompute_related_products() == 20
    runs = dict(RelatedProducts.objects.values_list("product_id", "run"))

    with logged() as log:
        assert recompute_related_products() == 0
    assert log.rows == []

    Product.objects.filter(pk=jams[0].pk).update(is_published=False)
    with logged() as log:
        changed = recompute_related_products()

    assert 1 < changed < 20
    touched = log.of("related_products")
    assert len(touched) == changed
    for product_id, run in RelatedProducts.objects.values_list("product_id", "run"):
        assert (run > runs[product_id]) == (product_id in touched)
