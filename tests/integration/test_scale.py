"""A page costs the same number of statements in a large shop as in a small one, and none reads a table whole.

At CI size the large shop has 20,000 products; FULL=1 makes it 1,000,000.
"""

import os
from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType

from tests.scale.plans import FEW, plans_of, reads_whole, rows_read, share_read
from tests.scale.shops import Figures, drop_shop, make_shop, measured

SMALL = 1000
LARGE = 1_000_000 if os.environ.get("FULL") == "1" else 20_000
# Of 1,000,000. To find 10,000 products of a filter that fits a tenth, ten times as many are looked at.
MOST_ROWS = 120_000
# Few of a department fit these, so all of it is looked at: a quarter of the shop, by one index-only scan.
MOST_ROWS_OF = {"department, three facets": 300_000}

# Of the products of a shop of CI's size: lists count 10,000 rows, which are half of it.
LARGEST_SHARE = 0.55
# Bounded by more rows than that shop has; with FULL=1 they are held to MOST_ROWS like all others.
BOUNDED_BY_MORE = {
    "shelf, dearest first": "walks the prices until a page is full, and a shelf has a thirtieth of them",
    "shelf, deep, price_asc": "the same",
    "admin: prices, common word": "counts 10,000 matches of a word that a quarter of the products have",
    "admin: categories": "counts 1,000 products of each of 57 categories",
    "admin: products on sale": "counts 10,000 of which a tenth of the products are",
    "admin: products not on sale": "counts 10,000, and passes over those on sale",
}
# No index knows the replayed ones. Each is a failure that somebody was called to: no shop has many.
READS_WHOLE = {"admin: dead batches, replayed": ["analytics_deadbatch"]}

pytestmark = [pytest.mark.timeout(3600), pytest.mark.xdist_group("scale")]


@pytest.fixture(scope="module")
def figures() -> Iterator[tuple[dict[str, Figures], dict[str, Figures]]]:
    """Those of the small shop and of the large one."""
    shops = [make_shop(products=products, database_url=os.environ["DATABASE_URL"]) for products in (SMALL, LARGE)]
    yield measured(shops[0]), measured(shops[1])
    for shop in shops:
        drop_shop(shop)


def test_no_page_takes_more_statements_in_a_large_shop(
    figures: tuple[dict[str, Figures], dict[str, Figures]],
) -> None:
    small, large = figures

    assert {name: (found.cold_queries, found.warm_queries) for name, found in large.items()} == {
        name: (min(found.cold_queries, large[name].cold_queries), min(found.warm_queries, large[name].warm_queries))
        for name, found in small.items()
    }


def test_no_statement_of_a_page_reads_a_table_from_end_to_end(
    figures: tuple[dict[str, Figures], dict[str, Figures]],
) -> None:
    assert {name: found.read_whole for name, found in figures[1].items() if found.read_whole} == READS_WHOLE


@pytest.mark.skipif(LARGE <= MOST_ROWS, reason="with FULL=1 only: a smaller shop is no more than that in all")
def test_no_step_of_a_statement_reads_more_rows_than_lists_are_bounded_by(
    figures: tuple[dict[str, Figures], dict[str, Figures]],
) -> None:
    too_many = {name: (found.most_rows, found.most_by) for name, found in figures[1].items()}

    assert {name: found for name, found in too_many.items() if found[0] > MOST_ROWS_OF.get(name, MOST_ROWS)} == {}


@pytest.mark.skipif(LARGE > MOST_ROWS, reason="at CI's size only: in a large shop a bound is no share")
def test_no_step_of_a_statement_reads_a_large_part_of_a_table_by_an_index_either(
    figures: tuple[dict[str, Figures], dict[str, Figures]],
) -> None:
    shares = {name: (found.largest_share, found.most_by) for name, found in figures[1].items()}

    assert shares.keys() >= BOUNDED_BY_MORE.keys()
    assert {
        name: found for name, found in shares.items() if found[0] > LARGEST_SHARE and name not in BOUNDED_BY_MORE
    } == {}


@pytest.mark.django_db
def test_a_statement_without_an_index_would_be_noticed() -> None:
    """The control of the two above: what they look for is there to be seen."""
    steps = list(plans_of(["SELECT id FROM catalog_product WHERE description = 'Sweet.'"]))

    assert {reads_whole(step) for step in steps} == {"catalog_product"}
    assert sum(rows_read(step) for step in plans_of(["SELECT id FROM catalog_categorytree"])) == 1


@pytest.mark.django_db
def test_a_table_that_is_read_whole_by_its_index_would_be_noticed() -> None:
    """The control of the share, with an index scan over all that there is."""
    rows = ContentType.objects.count()
    (step,) = (one for one in plans_of(["SELECT id FROM django_content_type ORDER BY id"]) if rows_read(one))

    assert reads_whole(step) is None
    assert rows_read(step) == rows
    assert share_read(step, sizes={"django_content_type": FEW}) == rows / FEW
    assert share_read(step, sizes={"django_content_type": FEW - 1}) == 0, "a table of few rows"
