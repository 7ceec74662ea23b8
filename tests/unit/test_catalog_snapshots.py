"""What snapshots derive from their columns."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from catalog.snapshots import CategorySnapshot, CategoryTreeSnapshot, PriceSnapshot, ReviewSummarySnapshot


def category(number: int, parent: int | None) -> CategorySnapshot:
    return CategorySnapshot(number, parent, f"Shelf {number}", f"shelf-{number}", "", number, ())


TREE = CategoryTreeSnapshot((category(1, None), category(2, 1), category(3, 2), category(4, 1), category(5, None)))


@pytest.mark.parametrize(("count", "total", "average"), [(0, 0, None), (3, 13, "4.3"), (20, 81, "4.1"), (4, 17, "4.3")])
def test_the_average_has_one_decimal_and_is_none_without_reviews(count: int, total: int, average: str | None) -> None:
    summary = ReviewSummarySnapshot(product_id=1, count=count, rating_sum=total, latest=())

    assert summary.average == (None if average is None else Decimal(average))


def test_a_price_is_on_sale_while_it_is_below_the_regular_one_whatever_the_clock_says() -> None:
    ended = datetime(2020, 1, 1, tzinfo=UTC)

    assert PriceSnapshot(1, "EUR", Decimal("1.00"), Decimal("2.00"), ended).on_sale
    assert not PriceSnapshot(1, "EUR", Decimal("2.00"), Decimal("2.00"), None).on_sale


def test_the_tree_is_walked_in_both_directions() -> None:
    assert [found.id for found in TREE.roots()] == [1, 5]
    assert [found.id for found in TREE.children_of(1)] == [2, 4]
    assert [found.id for found in TREE.ancestors_of(3)] == [1, 2]
    assert TREE.descendant_ids(1) == {1, 2, 3, 4}
    assert TREE.by_slug("shelf-4") == TREE.by_id(4)
    assert TREE.by_slug("nowhere") is None
    assert TREE.ancestors_of(99) == ()
    assert TREE.descendant_ids(99) == {99}


def test_a_circle_of_categories_ends() -> None:
    circle = CategoryTreeSnapshot((category(1, 2), category(2, 1)))

    assert [found.id for found in circle.ancestors_of(1)] == [2]
    assert circle.descendant_ids(1) == {1, 2}
