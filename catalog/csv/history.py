"""What an import changed, for the history of each product and of its price."""

from collections.abc import Iterable
from typing import Final

from catalog.csv.product_row import PRICE_COLUMNS, PRODUCT_COLUMNS, ProductRow, json_of
from catalog.models import Price, Product
from shop.events.history import Fields, Recorded, record_changes

_TABLES: Final = ((Product, PRODUCT_COLUMNS), (Price, PRICE_COLUMNS))


def record_changed(pairs: Iterable[tuple[ProductRow, ProductRow]], *, user_id: int) -> None:
    """Each product as it was and as it is now."""
    pairs = list(pairs)
    for model, columns in _TABLES:
        changes = [
            Recorded(object_id=new.id, name=new.name, fields=fields)
            for old, new in pairs
            if (fields := _differences(old, new, columns))
        ]
        record_changes(user_id=user_id, model=model, changes=changes)


def record_created(rows: Iterable[ProductRow], *, user_id: int) -> None:
    changes = [Recorded(object_id=row.id, name=row.name, added=True) for row in rows]
    record_changes(user_id=user_id, model=Product, changes=changes)


def _differences(old: ProductRow, new: ProductRow, columns: Iterable[str]) -> Fields:
    pairs = {column: (getattr(old, column), getattr(new, column)) for column in columns}
    return {column: (before, after) for column, (before, after) in pairs.items() if _differ(before, after)}


def _differ(before: object, after: object) -> bool:
    """Attributes as what is written of them: Python takes 1 and 1.0 for equal."""
    if isinstance(before, dict) and isinstance(after, dict):
        return json_of(before) != json_of(after)
    return before != after
