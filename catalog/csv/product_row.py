"""One product with its price, as a row of a file: its columns in their order, and how each value is written.

Invariant: what `texts_of` writes for a row is what the import compares with, so a cell that was not edited is never
taken for a change, whatever the database holds.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from catalog.models import Product
from catalog.snapshots import AttributeValue


class ProductRow(NamedTuple):
    """`category` is a slug. The last four are None while there is no price, and `sale_ends_at` without a sale too."""

    id: int
    sku: str
    slug: str
    name: str
    brand: str
    category: str
    description: str
    attributes: dict[str, AttributeValue]
    is_published: bool
    is_featured: bool
    regular_amount: Decimal | None
    amount: Decimal | None
    currency: str | None
    sale_ends_at: datetime | None


KEY: Final = "sku"
COLUMNS: Final = ProductRow._fields[1:]
PRICE_COLUMNS: Final = ("regular_amount", "amount", "currency", "sale_ends_at")
PRODUCT_COLUMNS: Final = tuple(column for column in COLUMNS if column not in PRICE_COLUMNS)
_FROM: Final = {"category": "category__slug"} | {column: f"price__{column}" for column in PRICE_COLUMNS}
_PATHS: Final = tuple(_FROM.get(column, column) for column in ProductRow._fields)


def rows_by_id(ids: Sequence[int]) -> list[ProductRow]:
    """Those that are there, in the order of their ids; one query."""
    rows = Product.objects.filter(pk__in=ids).order_by("pk").values_list(*_PATHS)
    return [ProductRow._make(row) for row in rows]


def rows_by_sku(skus: Sequence[str]) -> dict[str, ProductRow]:
    """Those that are there; one query."""
    rows = Product.objects.filter(sku__in=skus).values_list(*_PATHS)
    return {row[1]: ProductRow._make(row) for row in rows}


def texts_of(row: ProductRow) -> dict[str, str]:
    """Each column as it stands in a file, but for the guard against formulas."""
    return {column: _text(value) for column, value in zip(COLUMNS, row[1:], strict=True)}


def json_of(attributes: dict[str, AttributeValue]) -> str:
    """One text for one meaning, whatever the order of the keys; true is not 1 here, as it is for Python's `==`."""
    return json.dumps(attributes, ensure_ascii=False, sort_keys=True)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json_of(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
