"""Puts generated products into the database: categories first, then batches of rows by COPY.

Memory stays flat: one batch of products is made, written and forgotten. The caller's transaction holds everything.
Proved by tests/integration/test_seeding_command.py.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from django.db import connection
from django.utils.text import slugify

from catalog.models import Category
from catalog.seeding.groceries import read_groceries
from catalog.seeding.products import SeededProduct
from catalog.seeding.schema import attribute_schema

CURRENCY = "EUR"
_PRODUCTS = """
    COPY catalog_product (id, sku, slug, name, brand, category_id, description, attributes, is_published, is_featured,
                          created_at, updated_at, version) FROM STDIN
"""
_PRICES = "COPY catalog_price (product_id, currency, regular_amount, amount, version) FROM STDIN"
_REVIEWS = "COPY catalog_review (product_id, author, rating, title, body, status, created_at) FROM STDIN"


def write_categories() -> dict[str, int]:
    """Make the categories that are not there yet, known by their slugs; return the ids of the shelves by name."""
    ids: dict[str, int] = {}
    for position, department in enumerate(read_groceries()):
        parent, _ = Category.objects.get_or_create(
            slug=slugify(department.name),
            defaults={"name": department.name, "description": department.description, "position": position},
        )
        for place, shelf in enumerate(department.shelves):
            category, _ = Category.objects.get_or_create(
                slug=slugify(shelf.name),
                defaults={
                    "parent": parent,
                    "name": shelf.name,
                    "description": shelf.description,
                    "position": place,
                    "attribute_schema": attribute_schema(shelf),
                },
            )
            ids[shelf.name] = category.pk
    return ids


def write_products(batch: Sequence[SeededProduct], *, category_ids: dict[str, int]) -> list[int]:
    """Write a batch: products, their prices, their reviews; returns their ids. The triggers add the rest."""
    ids = _new_ids(len(batch))
    _copy(
        _PRODUCTS,
        (_product_row(product_id, product, category_ids) for product_id, product in zip(ids, batch, strict=True)),
    )
    _copy(
        _PRICES,
        (
            (product_id, CURRENCY, product.regular_amount, product.amount, 0)
            for product_id, product in zip(ids, batch, strict=True)
        ),
    )
    _copy(
        _REVIEWS,
        chain.from_iterable(
            (
                (product_id, said.author, said.rating, said.title, said.body, "approved", said.created_at)
                for said in product.reviews
            )
            for product_id, product in zip(ids, batch, strict=True)
        ),
    )
    return ids


def _product_row(product_id: int, product: SeededProduct, category_ids: dict[str, int]) -> tuple[Any, ...]:
    return (
        product_id,
        product.sku,
        product.slug,
        product.name,
        product.brand,
        category_ids[product.shelf],
        product.description,
        json.dumps(product.attributes),
        product.is_published,
        product.is_featured,
        product.created_at,
        product.created_at,
        0,
    )


def _new_ids(count: int) -> list[int]:
    """Ids from the table's own sequence, so that they never meet those of products made by hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('catalog_product', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [product_id for (product_id,) in cursor]


def _copy(statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
