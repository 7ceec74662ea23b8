"""The order "popular": on the home page, in lists and in the API; a page among a thousand ties costs what a first one
costs."""

import html
from unittest.mock import patch

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Popularity, Product
from catalog.operations import set_popularity
from catalog.search import Criteria, Sort, bounded, find_products
from catalog.search.cursor import Position, encode
from tests.goods import Goods
from tests.integration.catalog_rows import make_category, run_sql
from tests.scale.plans import plans_of, rows_read

TIES = 1000
LIMIT = 24


def test_what_people_look_at_stands_on_the_home_page_the_most_popular_first(visitor: Client, goods: Goods) -> None:
    plum, cherry, withdrawn, free = goods.ids[3:7]
    set_popularity(scores={plum: 6930.5, cherry: 6931.25, withdrawn: 6940.0, free: 6941.0})
    run_sql("UPDATE catalog_product SET is_published = false WHERE id = %s", withdrawn)
    run_sql("DELETE FROM catalog_price WHERE product_id = %s", free)

    page = html.unescape(visitor.get("/").content.decode())

    shelf = page[page.index("Popular now") : page.index("On sale")]
    assert [shelf.count(f"-{product_id}/") > 0 for product_id in goods.ids] == [
        product_id in (plum, cherry) for product_id in goods.ids
    ]
    assert shelf.index(f"-{cherry}/") < shelf.index(f"-{plum}/")


def test_a_shop_that_nobody_has_looked_at_has_nothing_popular(visitor: Client, goods: Goods) -> None:
    assert "Popular now" not in visitor.get("/").content.decode()


def test_lists_and_the_api_are_sorted_by_it_and_end_with_what_nobody_has_looked_at(
    visitor: Client, goods: Goods
) -> None:
    first, second = goods.ids[9], goods.ids[2]
    set_popularity(scores={second: 6930.0, first: 6930.5})

    items = visitor.get("/api/products?category=pantry&sort=popular&limit=100").json()["items"]

    others = sorted(set(goods.ids) - {first, second}, reverse=True)
    assert [item["id"] for item in items] == [first, second, *others]
    page = visitor.get("/c/pantry/?sort=popular").content.decode()
    assert '<option value="popular" selected>Most popular</option>' in page


def test_a_product_is_unpopular_from_its_first_moment_and_its_row_goes_with_it(db: None) -> None:
    product = Product.objects.create(sku="A", slug="a", name="A", brand="B", category=make_category())
    assert Popularity.objects.get(product=product).score == 0

    run_sql("DELETE FROM catalog_product WHERE id = %s", product.pk)

    assert set_popularity(scores={product.pk: 6930.0}) == 0
    assert not Popularity.objects.exists()


def test_a_score_that_is_as_it_was_is_not_written(db: None) -> None:
    product = Product.objects.create(sku="A", slug="a", name="A", brand="B", category=make_category())

    assert [set_popularity(scores={product.pk: score}) for score in (6930.1, 6930.1, 6930.2)] == [1, 0, 1]


@pytest.fixture
def ties(db: None) -> list[int]:
    """Products that nobody has looked at, the newest first, as the order has them."""
    category = make_category()
    run_sql(
        """INSERT INTO catalog_product (sku, slug, name, brand, category_id, description, attributes, version)
           SELECT 'T' || number, 'tea', 'Tea', 'Leaf', %s, '', '{}', 0 FROM generate_series(1, %s) AS number""",
        category.pk,
        TIES,
    )
    run_sql(
        """INSERT INTO catalog_price (product_id, amount, regular_amount, version)
           SELECT id, 2, 2, 0 FROM catalog_product"""
    )
    run_sql("ANALYZE catalog_product, catalog_price, catalog_popularity")
    return [number for (number,) in run_sql("SELECT id FROM catalog_product ORDER BY id DESC")]


def test_a_page_in_the_midst_of_a_thousand_ties_reads_no_more_than_the_first(ties: list[int]) -> None:
    assert most_rows(ties, after=TIES // 2) == most_rows(ties, after=0) == LIMIT + 1


def test_control_with_two_conditions_instead_of_one_comparison_it_reads_what_stands_before(ties: list[int]) -> None:
    def behind(position: Position, *, sort: Sort) -> Q:
        same_or_less = Q(popularity__score__lte=position.key)
        return same_or_less & (Q(popularity__score__lt=position.key) | Q(id__lt=position.id))

    with patch.object(bounded, "_behind", behind):
        assert most_rows(ties, after=TIES // 2) > TIES // 2


def most_rows(ties: list[int], *, after: int) -> int:
    """The most rows that one step of the statement looks at, for the page behind the first `after` products."""
    cursor = encode(Position(0.0, ties[after - 1]), sort=Sort.POPULAR) if after else None
    with CaptureQueriesContext(connection) as queries:
        page = find_products(Criteria(), sort=Sort.POPULAR, cursor=cursor, limit=LIMIT)
    assert list(page.ids) == ties[after : after + LIMIT]
    return max(rows_read(step) for step in plans_of(query["sql"] for query in queries.captured_queries))
