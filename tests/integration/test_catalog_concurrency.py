"""Writers at the same moment: no version is given twice, no review is lost, nobody waits in a circle."""

from decimal import Decimal
from functools import partial
from threading import Barrier

import pytest
from django.db import transaction

from catalog.models import Price, Product, Review, ReviewSummary
from catalog.operations import post_review
from shop.events.models import Change
from tests.integration.at_once import PLANS, together, until_somebody_waits_for_a_lock
from tests.integration.catalog_rows import make_category, make_product, run_sql

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8
ROUNDS = 12

# The trigger that the summary's file warns of: it counts the rows it can see.
COUNTING = """
    CREATE FUNCTION count_again() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        seen record;
    BEGIN
        SELECT count(*) AS reviews, coalesce(sum(rating), 0) AS rating INTO seen
            FROM catalog_review WHERE product_id = NEW.product_id;
        UPDATE catalog_reviewsummary SET review_count = seen.reviews, rating_sum = seen.rating
            WHERE product_id = NEW.product_id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER count_again AFTER INSERT ON catalog_review FOR EACH ROW EXECUTE FUNCTION count_again();
"""


def two_reviews_of_which_the_second_begins_before_the_first_commits(product: Product) -> None:
    """Steps 1 to 3 of catalog/models/review.py, in that order."""
    inserted, waiting = Barrier(2), Barrier(2)

    def review(title: str) -> None:
        Review.objects.create(product=product, author="Ann", rating=5, title=title)

    def first() -> None:
        with transaction.atomic():
            review("first")
            inserted.wait(timeout=10)
            waiting.wait(timeout=10)
            until_somebody_waits_for_a_lock()

    def second() -> None:
        inserted.wait(timeout=10)
        waiting.wait(timeout=10)
        review("second")

    together(first, second)


def test_a_review_that_waits_for_another_is_added_to_it() -> None:
    product = make_product(make_category(), "J1")

    two_reviews_of_which_the_second_begins_before_the_first_commits(product)

    summary = ReviewSummary.objects.get(product=product)
    assert (summary.review_count, summary.rating_sum) == (2, 10)


def test_the_control_that_counts_again_loses_a_review() -> None:
    product = make_product(make_category(), "J1")
    run_sql("ALTER TABLE catalog_review DISABLE TRIGGER USER")
    run_sql(COUNTING)
    try:
        two_reviews_of_which_the_second_begins_before_the_first_commits(product)
        summary = ReviewSummary.objects.get(product=product)
    finally:
        run_sql("DROP TRIGGER count_again ON catalog_review; DROP FUNCTION count_again()")
        run_sql("ALTER TABLE catalog_review ENABLE TRIGGER USER")

    assert Review.objects.count() == 2
    assert summary.review_count == 1


def test_many_reviews_at_once_are_all_counted_with_a_version_each() -> None:
    products = [make_product(make_category(slug), slug) for slug in ("one", "two")]

    def visitor(number: int) -> None:
        for turn in range(ROUNDS):
            product = products[(number + turn) % 2]
            post_review(product_id=product.pk, author="Ann", rating=1 + turn % 5, title="Good", body="")

    together(*(partial(visitor, number) for number in range(WRITERS)))

    assert sum(ReviewSummary.objects.values_list("review_count", flat=True)) == WRITERS * ROUNDS
    for summary in ReviewSummary.objects.all():
        ratings = Review.objects.filter(product_id=summary.pk).values_list("rating", flat=True)
        assert (summary.review_count, summary.rating_sum) == (len(ratings), sum(ratings))
        versions = [
            version
            for change in Change.objects.filter(entity="review_summary", ids__contains=[summary.pk]).order_by("id")
            for product_id, version in zip(change.ids, change.versions, strict=True)
            if product_id == summary.pk
        ]
        assert len(set(versions)) == len(versions)
        assert max(versions) == summary.version


def test_writers_whose_plans_differ_in_order_do_not_wait_in_a_circle() -> None:
    category = make_category()
    ids = [make_product(category, f"J{number}").pk for number in range(60)]

    def insert(plan: str) -> None:
        run_sql(plan)
        for _ in range(ROUNDS):
            Review.objects.bulk_create(Review(product_id=pk, author="A", rating=3, title="T") for pk in ids)

    together(*(partial(insert, plan) for plan in PLANS))

    assert set(ReviewSummary.objects.values_list("review_count", flat=True)) == {len(PLANS) * ROUNDS}


def test_writers_of_one_row_never_get_the_same_version() -> None:
    product = make_product(make_category(), "J1")
    seen: list[int] = []

    def write() -> None:
        for _ in range(ROUNDS):
            ((version,),) = run_sql(
                "UPDATE catalog_price SET amount = amount WHERE product_id = %s RETURNING version", product.pk
            )
            seen.append(version)

    together(*[write] * WRITERS)

    assert len(set(seen)) == WRITERS * ROUNDS
    assert Price.objects.get(pk=product.pk).version == max(seen)


def test_a_restored_sequence_does_not_send_versions_back() -> None:
    product = make_product(make_category(), "J1")
    before = Price.objects.get(pk=product.pk).version
    run_sql("SELECT setval('larder_version', 1)")

    Price.objects.filter(pk=product.pk).update(amount=Decimal("1.00"))

    assert Price.objects.get(pk=product.pk).version > before
    run_sql("SELECT setval('larder_version', %s)", before + 1000)
