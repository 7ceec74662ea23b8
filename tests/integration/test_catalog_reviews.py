"""The summary follows its reviews by difference, whatever a statement does to them."""

from collections.abc import Callable

import pytest
from django.db.models import F

from catalog.models import Product, Review, ReviewSummary
from tests.integration.catalog_rows import logged, make_category, make_product, run_sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def jam() -> Product:
    """Reviewed with 5, 4 and 3 stars."""
    product = make_product(make_category(), "J1")
    Review.objects.bulk_create(Review(product=product, author="Ann", rating=n, title="T") for n in (5, 4, 3))
    return product


@pytest.fixture
def honey(jam: Product) -> Product:
    """Not reviewed."""
    return make_product(jam.category, "H1")


def summed(product: Product) -> tuple[int, int]:
    summary = ReviewSummary.objects.get(product=product)
    return summary.review_count, summary.rating_sum


def test_one_statement_of_many_reviews_raises_each_summary_once(jam: Product, honey: Product) -> None:
    with logged() as log:
        Review.objects.bulk_create(
            Review(product=product, author="Bob", rating=1, title="T") for product in (jam, honey, jam)
        )

    assert (summed(jam), summed(honey)) == ((5, 14), (1, 1))
    assert log.sizes("review_summary") == [2]


def test_reviews_that_are_deleted_are_taken_off(jam: Product) -> None:
    Review.objects.filter(rating__lt=5).delete()

    assert summed(jam) == (1, 5)


def test_a_changed_rating_changes_the_sum(jam: Product) -> None:
    Review.objects.filter(rating=3).update(rating=1)

    assert summed(jam) == (3, 10)


def test_a_changed_text_raises_the_version_although_no_number_changes(jam: Product) -> None:
    before = ReviewSummary.objects.get(product=jam)

    with logged() as log:
        Review.objects.filter(rating=3).update(body="On second thoughts, no.")

    after = ReviewSummary.objects.get(product=jam)
    assert summed(jam) == (3, 12)
    assert after.version > before.version
    assert log.of("review_summary") == {jam.pk: after.version}


def test_a_review_that_moves_to_another_product_is_counted_there(jam: Product, honey: Product) -> None:
    with logged() as log:
        Review.objects.filter(rating=5).update(product=honey)

    assert (summed(jam), summed(honey)) == ((2, 7), (1, 5))
    assert set(log.of("review_summary")) == {jam.pk, honey.pk}


def test_products_can_swap_all_their_reviews_in_one_statement(jam: Product, honey: Product) -> None:
    Review.objects.create(product=honey, author="Bob", rating=1, title="T")

    Review.objects.update(product_id=jam.pk + honey.pk - F("product_id"))

    assert (summed(jam), summed(honey)) == ((1, 1), (3, 12))


def test_truncated_reviews_leave_empty_summaries(jam: Product, honey: Product) -> None:
    with logged() as log:
        run_sql("TRUNCATE catalog_review")

    assert summed(jam) == (0, 0)
    assert list(log.of("review_summary")) == [jam.pk]


@pytest.mark.parametrize(
    "upsert",
    [
        lambda ids: run_sql(
            "INSERT INTO catalog_review (id, product_id, author, rating, title, body)"
            " SELECT id, product_id, author, 1, title, body FROM catalog_review"
            " ON CONFLICT (id) DO UPDATE SET rating = excluded.rating"
        ),
        lambda ids: run_sql("UPDATE catalog_review SET rating = 1 WHERE id = ANY(%s)", ids),
    ],
)
def test_an_upsert_is_counted_as_the_update_that_it_is(jam: Product, upsert: Callable[[list[int]], object]) -> None:
    upsert(list(Review.objects.values_list("id", flat=True)))

    assert summed(jam) == (3, 3)
