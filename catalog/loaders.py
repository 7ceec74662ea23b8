"""How cached values come out of the database: one function for each of the five caches, each one SQL statement.

Invariants: value and version are read by the same statement, so a value can't be paired with another moment's version;
the rows of children come with their owner's in that statement; ids without a row are absent from the mapping. Loaders
see unpublished products too: whether to show something is the reader's question, not the cache's.
Proved by tests/integration/test_catalog_loaders.py.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.db import connection

from catalog.snapshots import (
    AttributeSpec,
    CategorySnapshot,
    CategoryTreeSnapshot,
    PriceSnapshot,
    ProductSnapshot,
    RelatedProductsSnapshot,
    ReviewSnapshot,
    ReviewSummarySnapshot,
)
from shop.caching.entry import Versioned

LATEST_REVIEWS = 5

_PRODUCTS = """
    SELECT version, id, sku, slug, name, brand, category_id, description, attributes, is_published,
           created_at, updated_at
    FROM catalog_product WHERE id = ANY(%s)
"""
_PRICES = """
    SELECT version, product_id, currency, current_amount, regular_amount,
           CASE WHEN flash_sale_id IS NULL THEN sale_ends_at ELSE flash_ends_at END, flash_sale_id
    FROM catalog_price WHERE product_id = ANY(%s)
"""
_REVIEW_SUMMARIES = f"""
    SELECT summary.product_id, summary.version, summary.review_count, summary.rating_sum,
           review.id, review.author, review.rating, review.title, review.body, review.created_at
    FROM catalog_reviewsummary AS summary
    LEFT JOIN LATERAL (
        SELECT * FROM catalog_review WHERE product_id = summary.product_id AND status <> 'hidden'
        ORDER BY created_at DESC, id DESC LIMIT {LATEST_REVIEWS}
    ) AS review ON true
    WHERE summary.product_id = ANY(%s)
    ORDER BY summary.product_id, review.created_at DESC, review.id DESC
"""  # noqa: S608  the only part put in is a constant
_RELATED_PRODUCTS = """
    SELECT version, product_id, product_ids, run FROM catalog_relatedproducts WHERE product_id = ANY(%s)
"""
_CATEGORY_TREES = """
    SELECT tree.id, tree.version, category.id, category.parent_id, category.name, category.slug, category.description,
           category.position, category.attribute_schema
    FROM catalog_categorytree AS tree LEFT JOIN catalog_category AS category ON true
    WHERE tree.id = ANY(%s)
    ORDER BY tree.id, category.position, category.name, category.id
"""


def load_products(ids: Sequence[int]) -> Mapping[int, Versioned[ProductSnapshot]]:
    """The products with these ids, in one statement."""
    found: dict[int, Versioned[ProductSnapshot]] = {}
    for version, product_id, *row in _rows(_PRODUCTS, ids):
        sku, slug, name, brand, category_id, description, attributes, is_published, created_at, updated_at = row
        found[product_id] = Versioned(
            version,
            ProductSnapshot(
                id=product_id,
                sku=sku,
                slug=slug,
                name=name,
                brand=brand,
                category_id=category_id,
                description=description,
                attributes=tuple(sorted(json.loads(attributes).items())),
                is_published=is_published,
                created_at=created_at,
                updated_at=updated_at,
            ),
        )
    return found


def load_prices(ids: Sequence[int]) -> Mapping[int, Versioned[PriceSnapshot]]:
    """The prices of the products with these ids, in one statement."""
    return {row[0]: Versioned(version, PriceSnapshot(*row)) for version, *row in _rows(_PRICES, ids)}


def load_review_summaries(ids: Sequence[int]) -> Mapping[int, Versioned[ReviewSummarySnapshot]]:
    """The review summaries of the products with these ids, each with its newest reviews, in one statement."""
    found: dict[int, Versioned[ReviewSummarySnapshot]] = {}
    for owner, rows in groupby(_rows(_REVIEW_SUMMARIES, ids), key=lambda row: row[:4]):
        product_id, version, count, rating_sum = owner
        latest = tuple(ReviewSnapshot(*row[4:]) for row in rows if row[4] is not None)
        found[product_id] = Versioned(version, ReviewSummarySnapshot(product_id, count, rating_sum, latest))
    return found


def load_related_products(ids: Sequence[int]) -> Mapping[int, Versioned[RelatedProductsSnapshot]]:
    """The neighbours of the products with these ids, in one statement."""
    return {
        product_id: Versioned(version, RelatedProductsSnapshot(product_id, tuple(product_ids), run))
        for version, product_id, product_ids, run in _rows(_RELATED_PRODUCTS, ids)
    }


def load_category_trees(ids: Sequence[int]) -> Mapping[int, Versioned[CategoryTreeSnapshot]]:
    """All categories as one value, in one statement. There is one tree, so the only id that finds anything is 1."""
    found: dict[int, Versioned[CategoryTreeSnapshot]] = {}
    for (tree_id, version), rows in groupby(_rows(_CATEGORY_TREES, ids), key=lambda row: row[:2]):
        categories = tuple(_category(row[2:]) for row in rows if row[2] is not None)
        found[tree_id] = Versioned(version, CategoryTreeSnapshot(categories))
    return found


def _category(row: tuple[Any, ...]) -> CategorySnapshot:
    category_id, parent_id, name, slug, description, position, schema = row
    specs = tuple(
        AttributeSpec(spec["key"], spec["label"], spec["kind"], spec["unit"], tuple(spec["choices"]))
        for spec in json.loads(schema)
    )
    return CategorySnapshot(category_id, parent_id, name, slug, description, position, specs)


def _rows(statement: str, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(ids)])
        yield from cursor
