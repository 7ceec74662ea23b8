"""Search by a product's id, which an index answers."""

from typing import Any, TypeVar

from django.db.models import QuerySet

from inventory.queries import LARGEST_ID

Rows = TypeVar("Rows", bound="QuerySet[Any]")


def whole_number(text: str) -> int | None:
    """What was typed, if it can be an id."""
    text = text.strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if 0 < number <= LARGEST_ID else None


def product_ids_in(queryset: Rows, text: str) -> Rows:
    """All rows where nothing was typed; none for what is no id."""
    if not text.strip():
        return queryset
    product_id = whole_number(text)
    return queryset.none() if product_id is None else queryset.filter(product_id=product_id)
