"""Two flushes and a run that scores what was looked at: whichever commits first, no view is passed over."""

from unittest.mock import patch

import pytest
from django.db import transaction

from analytics import popularity
from analytics.popularity import update_popularity, writers_in_flight
from catalog.models import Popularity
from tests.integration.catalog_rows import make_category, make_product, run_sql
from tests.integration.views import look
from tests.races.actors import Stage, interleavings, point

ORDERS = list(interleavings({"one": 2, "other": 2, "run": 3}, most=80))


def passed_over(stage: Stage, products: tuple[int, int], order: tuple[str, ...]) -> set[int]:
    """Products that have no score after the play and one more run."""
    run_sql("UPDATE catalog_popularity SET score = 0")
    run_sql("TRUNCATE analytics_dailyviews, analytics_productviews")
    one, other = products
    stage.play({"one": lambda: flush(one), "other": lambda: flush(other), "run": run}, order)
    update_popularity()
    return set(Popularity.objects.filter(score=0).values_list("product_id", flat=True))


def flush(product_id: int) -> None:
    point("about to write")
    with transaction.atomic():
        look(product_id)
        point("written, not committed")


def run() -> None:
    point("about to run")
    update_popularity()


def stopped_writers_in_flight() -> int:
    point("the end of the range is read")
    writers = writers_in_flight()
    point("writers were looked for")
    return writers


@pytest.fixture
def products(transactional_db: None) -> tuple[int, int]:
    shelf = make_category()
    return make_product(shelf, "A").pk, make_product(shelf, "B").pk


def test_no_flush_is_passed_over_however_it_meets_a_run(stage: Stage, products: tuple[int, int]) -> None:
    with patch.object(popularity, "writers_in_flight", stopped_writers_in_flight):
        for order in ORDERS:
            assert passed_over(stage, products, order) == set(), order


def test_control_with_a_mark_that_minds_no_writers_one_is_passed_over(stage: Stage, products: tuple[int, int]) -> None:
    def nobody() -> int:
        stopped_writers_in_flight()
        return 0

    with patch.object(popularity, "writers_in_flight", nobody):
        assert any(passed_over(stage, products, order) for order in ORDERS)
