"""Large sales: quick, few rows in the log, no list reads them whole, and no two of them stop each other."""

from functools import partial
from time import perf_counter

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.flash_sales.queries import COUNTED, announced_sales
from catalog.flash_sales.turning import end_sale, start_sale
from tests.integration.at_once import together
from tests.integration.catalog_rows import logged, make_category, make_product, run_sql
from tests.integration.flash_sales import make_sale, paid, turn
from tests.scale.plans import plans_of, rows_read

pytestmark = pytest.mark.django_db(transaction=True)

_PRODUCTS = """
    INSERT INTO catalog_product (sku, slug, name, brand, category_id, description, attributes, version)
    SELECT 'T' || n, 't', 'Tea', 'Leaf', %s, '', '{}', 0 FROM generate_series(1, 10000) AS n
"""
_PRICES = """
    INSERT INTO catalog_price (product_id, regular_amount, amount, version)
    SELECT id, 5, 5, 0 FROM catalog_product WHERE category_id = %s
"""


@pytest.fixture
def ten_thousand(transactional_db: None) -> list[int]:
    """Products that cost 5.00."""
    shelf = make_category("teas").pk
    run_sql("SET statement_timeout = 0")
    run_sql(_PRODUCTS, shelf)
    run_sql(_PRICES, shelf)
    # A connection keeps its plans; this one has planned for a single row.
    run_sql("UPDATE catalog_price SET amount = 5 WHERE product_id = (SELECT min(product_id) FROM catalog_price)")
    return [product_id for (product_id,) in run_sql("SELECT product_id FROM catalog_price")]


def bare_update() -> float:
    """Seconds that the same rows take without a trigger: what this machine can do at this moment."""
    with transaction.atomic():
        run_sql("ALTER TABLE catalog_price DISABLE TRIGGER USER")
        began = perf_counter()
        run_sql("UPDATE catalog_price SET amount = 5, regular_amount = 5")
        took = perf_counter() - began
        run_sql("ALTER TABLE catalog_price ENABLE TRIGGER USER")
    return took


def test_ten_thousand_products_start_within_two_seconds_and_in_few_rows_of_the_log(ten_thousand: list[int]) -> None:
    sale_id, bare = make_sale(ten_thousand), bare_update()

    with logged() as changes:
        began = perf_counter()
        start_sale(sale_id=sale_id)
        took = perf_counter() - began

    print(f"10,000 products started in {took:.2f} s; the bare UPDATE took {bare:.2f} s")  # noqa: T201  for the report
    assert took < max(2.0, 50 * bare)
    assert changes.sizes("price") == [1000] * 10
    reduced = "SELECT count(*) FROM catalog_price WHERE current_amount = 4 AND flash_sale_id = %s"
    assert run_sql(reduced, sale_id) == [(10_000,)]


def test_the_list_of_sales_reads_a_hundred_products_of_each_and_no_more(ten_thousand: list[int]) -> None:
    for products in (ten_thousand, ten_thousand[:100]):
        turn(make_sale(products), "on")
    run_sql("ANALYZE catalog_flashsaleitem")

    with CaptureQueriesContext(connection) as queries:
        found = announced_sales()

    assert [(one.products, one.has_more) for one in found] == [(100, True), (100, False)]
    steps = plans_of([query["sql"] for query in queries.captured_queries])
    assert sum(rows_read(step) for step in steps if "catalog_flashsaleitem" in step.values()) <= 2 * COUNTED + 1


def test_two_large_sales_of_the_same_products_do_not_stop_each_other() -> None:
    ids = [make_product(make_category(f"shelf-{n}"), f"S-{n}", amount="10.00").pk for n in range(20)]
    first, second = make_sale(ids, percent_off="10"), make_sale(ids[::-1], percent_off="20")

    for operation, cost in ((start_sale, "8.00"), (end_sale, "10.00")):
        together(partial(operation, sale_id=first), partial(operation, sale_id=second))
        assert {paid(one) for one in ids} == {cost}
