"""Popularity: every view counts, and half as much after three days; the order is that of adding it all up anew."""

from collections import defaultdict
from itertools import pairwise

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from analytics.popularity import HALF_LIFE_DAYS, NEWEST_DAYS, scores_of, update_popularity
from analytics.tasks import update_popularity as task
from catalog.models import Category, Popularity, Product
from catalog.operations import set_popularity
from catalog.search import Criteria, Sort, find_products
from tests.goods import Goods
from tests.integration.catalog_rows import make_category, make_product, run_sql
from tests.integration.views import look

PRODUCTS = 6
# What floats may get wrong of a weight.
NEARLY = 1e-9
LOOKS = st.lists(
    st.tuples(st.integers(0, PRODUCTS - 1), st.integers(0, NEWEST_DAYS - 1), st.integers(1, 1000)), max_size=25
)


@examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(LOOKS, min_size=1, max_size=3))
@pytest.mark.django_db
def test_the_order_is_that_of_all_views_added_up_with_their_age(
    db: None, rounds: list[list[tuple[int, int, int]]]
) -> None:
    Product.objects.all().delete()
    Category.objects.all().delete()
    run_sql("DELETE FROM analytics_dailyviews")
    run_sql("DELETE FROM analytics_productviews")
    shelf = make_category()
    ids = [make_product(shelf, f"P{number}").pk for number in range(PRODUCTS)]
    weights: dict[int, float] = defaultdict(float)

    for looks in rounds:
        for number, days_ago, count in looks:
            look(ids[number], count=count, days_ago=days_ago)
            weights[ids[number]] += count * 0.5 ** (days_ago / HALF_LIFE_DAYS)
        update_popularity()

        found = find_products(Criteria(), sort=Sort.POPULAR).ids
        viewed, others = found[: len(weights)], found[len(weights) :]
        assert set(viewed) == set(weights)
        assert list(others) == sorted(others, reverse=True)
        for before, after in pairwise(viewed):
            assert weights[before] >= weights[after] * (1 - NEARLY)


@pytest.fixture
def pair(db: None) -> tuple[int, int]:
    shelf = make_category()
    return make_product(shelf, "A").pk, make_product(shelf, "B").pk


def test_a_view_is_worth_two_of_three_days_before(pair: tuple[int, int]) -> None:
    one, other = pair
    look(one, count=2, days_ago=HALF_LIFE_DAYS)
    look(other, count=1)

    scores = scores_of(product_ids=pair)

    assert scores[one] == pytest.approx(scores[other], abs=NEARLY)


def test_the_order_changes_while_nobody_looks_at_either_and_nothing_is_rewritten(pair: tuple[int, int]) -> None:
    """What was looked at long ago sinks below what is looked at now, its row being as it was."""
    once, now = pair
    look(once, count=100, days_ago=30)
    update_popularity()
    before = Popularity.objects.get(pk=once).score

    look(now, count=1)

    assert update_popularity() == 1
    assert Popularity.objects.get(pk=once).score == before
    assert find_products(Criteria(), sort=Sort.POPULAR).ids == (now, once)


def test_what_is_older_than_ninety_days_before_the_last_view_is_left_out(pair: tuple[int, int]) -> None:
    one, other = pair
    look(one, days_ago=0)
    look(other, days_ago=0)
    look(other, count=1_000_000, days_ago=NEWEST_DAYS)
    look(other, count=1_000_000, days_ago=9000)

    scores = scores_of(product_ids=pair)

    assert scores[one] == scores[other]


def test_a_clock_that_is_wrong_by_years_makes_nothing_popular(pair: tuple[int, int]) -> None:
    look(pair[0], count=1000, days_ago=-400)
    look(pair[1], count=1000, days_ago=30_000)

    assert scores_of(product_ids=pair) == {}
    assert update_popularity() == 0


def test_a_run_writes_what_was_looked_at_since_the_last_one_and_nothing_else(transactional_db: None) -> None:
    shelf = make_category()
    ids = [make_product(shelf, f"P{number}").pk for number in range(3)]
    for product_id in ids:
        look(product_id)
    assert update_popularity() == 3
    set_popularity(scores=dict.fromkeys(ids, 5000.0))

    look(ids[1])

    assert update_popularity() == 1
    assert [Popularity.objects.get(pk=product_id).score == 5000.0 for product_id in ids] == [True, False, True]


def test_views_of_what_is_no_product_are_passed_over(transactional_db: None) -> None:
    look(12345)

    assert update_popularity() == 0


def test_more_products_than_a_batch_holds_are_all_scored(transactional_db: None) -> None:
    shelf = make_category()
    run_sql(
        """INSERT INTO catalog_product (sku, slug, name, brand, category_id, description, attributes, version)
           SELECT 'T' || number, 'tea', 'Tea', 'Leaf', %s, '', '{}', 0 FROM generate_series(1, 2100) AS number""",
        shelf.pk,
    )
    run_sql("INSERT INTO analytics_productviews (product_id, total, version) SELECT id, 1, 0 FROM catalog_product")
    run_sql("INSERT INTO analytics_dailyviews SELECT id, current_date, 1 FROM catalog_product")

    assert update_popularity() == 2100
    assert update_popularity() == 0


def test_beat_has_it_done_and_the_home_page_shows_it(visitor: Client, goods: Goods) -> None:
    look(goods.ids[7], count=3)

    task()

    page = visitor.get("/").content.decode()
    assert f"-{goods.ids[7]}/" in page[page.index("Popular now") : page.index("On sale")]
