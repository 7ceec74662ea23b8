"""Many products and prices by one statement each; the callers hold the locks."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import connection

from catalog.csv.checking import Shelf
from catalog.csv.product_row import ProductRow, json_of
from catalog.models import Price, Product

_UPDATE_PRODUCTS: Final = """
    UPDATE catalog_product AS product
    SET slug = new.slug, name = new.name, brand = new.brand, category_id = new.category_id,
        description = new.description, attributes = new.attributes::jsonb,
        is_published = new.is_published, is_featured = new.is_featured
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::boolean[],
                %s::boolean[])
        AS new (id, slug, name, brand, category_id, description, attributes, is_published, is_featured)
    WHERE product.id = new.id
"""
_UPSERT_PRICES: Final = """
    INSERT INTO catalog_price (product_id, currency, regular_amount, amount, sale_ends_at, version)
    SELECT new.*, 0
    FROM unnest(%s::bigint[], %s::text[], %s::numeric[], %s::numeric[], %s::timestamptz[])
        AS new (product_id, currency, regular_amount, amount, sale_ends_at)
    ORDER BY product_id
    ON CONFLICT (product_id) DO UPDATE SET currency = excluded.currency, regular_amount = excluded.regular_amount,
        amount = excluded.amount, sale_ends_at = excluded.sale_ends_at
"""


def lock_products(ids: Sequence[int]) -> None:
    """Each product, then its price, in the order of the ids."""
    list(Product.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    list(Price.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def update_products(rows: Sequence[ProductRow], categories: Mapping[str, Shelf]) -> None:
    """All columns but the key and those of the price."""
    columns = [
        (
            row.id,
            row.slug,
            row.name,
            row.brand,
            categories[row.category].id,
            row.description,
            json_of(row.attributes),
            row.is_published,
            row.is_featured,
        )
        for row in rows
    ]
    _run(_UPDATE_PRODUCTS, columns)


def upsert_prices(rows: Sequence[ProductRow]) -> None:
    """The prices of those rows that have one."""
    priced = [row for row in rows if row.regular_amount is not None]
    _run(_UPSERT_PRICES, [(row.id, row.currency, row.regular_amount, row.amount, row.sale_ends_at) for row in priced])


def insert_products(rows: Sequence[ProductRow], categories: Mapping[str, Shelf]) -> list[ProductRow]:
    """The rows with the ids that they were given; without their prices."""
    made = Product.objects.bulk_create(
        Product(
            sku=row.sku,
            slug=row.slug,
            name=row.name,
            brand=row.brand,
            category_id=categories[row.category].id,
            description=row.description,
            attributes=row.attributes,
            is_published=row.is_published,
            is_featured=row.is_featured,
        )
        for row in rows
    )
    return [row._replace(id=product.pk) for row, product in zip(rows, made, strict=True)]


def _run(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
