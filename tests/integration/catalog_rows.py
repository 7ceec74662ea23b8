"""Rows for the catalog's tests, the lists they stand in, and their traces in the change log."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from catalog.models import Category, Price, Product
from catalog.search import search_products
from shop.events.models import Change

SCHEMA = [
    {"key": "weight", "label": "Weight", "kind": "number", "unit": "g", "choices": []},
    {"key": "organic", "label": "Organic", "kind": "flag", "unit": "", "choices": []},
    {"key": "roast", "label": "Roast", "kind": "choice", "unit": "", "choices": ["Light", "Dark"]},
]


def make_category(slug: str = "jams", **columns: Any) -> Category:
    return Category.objects.create(**{"name": slug.title(), "slug": slug, "attribute_schema": SCHEMA, **columns})


def make_product(category: Category, sku: str, *, amount: str | None = "2.50", **columns: Any) -> Product:
    """A product, with a price unless `amount` is None."""
    product = Product.objects.create(
        **{"sku": sku, "slug": "plum-jam", "name": "Plum Jam", "brand": "Spreadwell", "category": category, **columns}
    )
    if amount is not None:
        Price.objects.create(product=product, amount=Decimal(amount), regular_amount=Decimal(amount))
    return product


def run_sql(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What somebody types into psql."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def pages_of(**query: Any) -> Iterator[list[int]]:
    """The pages of a list, one after the other."""
    cursor = None
    while True:
        page = search_products(cursor=cursor, **query)
        yield list(page.ids)
        cursor = page.next_cursor
        if cursor is None:
            return


@dataclass
class Logged:
    """The change log's rows of one block."""

    rows: list[Change] = field(default_factory=list)

    def of(self, entity: str) -> dict[int, int]:
        """The ids that were logged for an entity, with the last version of each."""
        found: dict[int, int] = {}
        for row in self.rows:
            if row.entity == entity:
                found.update(zip(row.ids, row.versions, strict=True))
        return found

    def sizes(self, entity: str) -> list[int]:
        return [len(row.ids) for row in self.rows if row.entity == entity]


@contextmanager
def logged() -> Iterator[Logged]:
    """Collect what the block adds to the change log."""
    last = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
    found = Logged()
    yield found
    found.rows = list(Change.objects.filter(id__gt=last).order_by("id"))
