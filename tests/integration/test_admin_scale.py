"""The admin's lists read a bounded number of rows, however many there are.

Every statement of a page is run again under EXPLAIN ANALYZE, and the rows that each node of its plan has looked at are
counted. The shop is small for CI's sake, so its bounds are too: lists count to 400 of 12,000 here,
not to 10,000 of a million.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.admin import product_filters
from catalog.models import Product
from shop.events.admin_bases import bounded_paginator
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql

PRODUCTS = 12_000
COUNTED = 400
# What a node may look at to find 400 rows: every third is organic, every tenth is on sale.
MOST = 10 * COUNTED

_SHELF = """
    INSERT INTO catalog_product
        (sku, slug, name, brand, category_id, description, attributes, is_published, is_featured)
    SELECT 'S' || n, 'tea', 'Tea ' || n || CASE WHEN n %% 3 = 0 THEN ' organic' ELSE '' END, 'Leaf ' || n %% 50, %s,
           '', '{}', n %% 40 <> 0, n %% 500 = 0
    FROM generate_series(1, %s) AS n
"""
_PRICES = """
    INSERT INTO catalog_price (product_id, regular_amount, amount, version)
    SELECT id, 5, CASE WHEN id % 10 = 0 THEN 4 ELSE 5 END, 0 FROM catalog_product
    WHERE id % 1000 <> 0 ON CONFLICT DO NOTHING
"""
_REVIEWS = """
    INSERT INTO catalog_review (product_id, author, rating, title, body, created_at)
    SELECT id, 'A', 4, 'Fine', '', now() - id * interval '1 second' FROM catalog_product
"""
_HISTORY = """
    INSERT INTO django_admin_log
        (action_time, user_id, content_type_id, object_id, object_repr, action_flag, change_message)
    SELECT now() - n * interval '1 minute', %s, kind.id, %s + n %% 5000, 'Tea', 2, ''
    FROM generate_series(1, %s) AS n, django_content_type AS kind
    WHERE kind.app_label = 'catalog' AND kind.model = 'product'
"""

PRODUCT_LISTS = (
    "",
    "?p=7",
    *(f"?o={number}" for number in range(10)),
    "?o=-2",
    "?o=3.2",
    "?is_published__exact=1",
    "?is_published__exact=0",
    "?is_featured__exact=1",
    "?priced=sale",
    "?priced=regular",
    "?priced=none",
    "?category=jams",
    "?category=pantry",
    "?category=jams&priced=sale",
    "?category=jams&is_published__exact=0",
    "?q=S77",
    "?q=organic",
    "?q=plum",
    "?q=orgnic",
    "?q=organic&category=jams",
)


@pytest.fixture
def shelf(staff: Client, goods: Goods, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(bounded_paginator, "COUNTED_ROWS", COUNTED)
    monkeypatch.setattr(product_filters, "LOOKED_THROUGH", COUNTED)
    keeper = User.objects.get(username="keeper")
    run_sql("SET statement_timeout = 0")
    run_sql(_SHELF, goods.jams.pk, PRODUCTS)
    run_sql(_PRICES)
    run_sql(_REVIEWS)
    run_sql(_HISTORY, keeper.pk, goods.id, PRODUCTS)
    for table in ("catalog_product", "catalog_price", "catalog_review", "catalog_reviewsummary", "django_admin_log"):
        run_sql(f"VACUUM ANALYZE {table}")
    return staff


def test_every_list_filter_and_search_reads_few_rows_by_index(shelf: Client, goods: Goods) -> None:
    keeper = User.objects.get(username="keeper")
    products = reverse("admin:catalog_product_changelist")
    prices = reverse("admin:catalog_price_changelist")
    history = reverse("admin:admin_logentry_changelist")
    choice = "&app_label=catalog&model_name=price&field_name=product"
    others = [reverse(f"admin:catalog_{name}_changelist") for name in ("review", "reviewsummary", "relatedproducts")]
    addresses = [
        *(products + query for query in PRODUCT_LISTS),
        *(prices + query for query in ("", "?o=-5", "?q=organic", "?q=S77")),
        *others,
        *(f"{address}?o={number}" for address in (prices, history, *others) for number in range(1, 7)),
        *(history + query for query in ("", f"?user={keeper.pk}", "?day=2020-01-01")),
        reverse("admin:catalog_product_change", args=[goods.id]),
        reverse("admin:catalog_product_history", args=[goods.id]),
        *(reverse("admin:autocomplete") + query + choice for query in ("?term=organic", "?term=")),
    ]

    broken = [excess for address in addresses for excess in _excesses(shelf, address)]

    assert broken == []
    unindexed = Product.objects.order_by("brand", "description")[:50]
    assert _most_rows(str(unindexed.query)) >= PRODUCTS, "the control: an order without an index reads every row"


def _excesses(staff: Client, address: str) -> Iterator[str]:
    """The statements of a page that look at too many rows."""
    with CaptureQueriesContext(connection) as queries:
        assert staff.get(address).status_code == 200
    for query in queries.captured_queries:
        statement = query["sql"]
        if statement.startswith(("SELECT", "WITH")):
            rows = _most_rows(statement)
            if rows > MOST:
                yield f"{address}: {rows} rows: {statement}"


def _most_rows(statement: str) -> int:
    """The most rows that one node of the statement's plan has looked at."""
    ((plan,),) = run_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
    nodes = list(_nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))
    return max((_rows(node) for node in nodes if "Relation Name" in node), default=0)


def _rows(node: dict[str, Any]) -> int:
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + removed) * node["Actual Loops"])


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)
