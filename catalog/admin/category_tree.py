"""The page of the category tree: every category, how many products it has, and the buttons that move it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.db import connection

from catalog.models import Category
from catalog.tree_operations import Direction
from catalog.tree_order import Placed, in_tree_order

# Counting stops here, so that the page takes as long in a large shop as in a small one.
COUNTED_PRODUCTS: Final = 1000
STEPS: Final = tuple((step.value, step.value) for step in Direction)
_COUNTS: Final = """
    SELECT category.id, counted.products
    FROM catalog_category AS category, LATERAL (
        SELECT count(*) AS products FROM (
            SELECT FROM catalog_product AS product WHERE product.category_id = category.id LIMIT %s
        ) AS few
    ) AS counted
"""


@dataclass(frozen=True, slots=True)
class Row:
    """`counted` are the products in it and in all below it, with a plus where counting ended before it was through."""

    placed: Placed
    counted: str
    steps: tuple[Direction, ...]


class MoveForm(forms.Form):
    """A step, or a place: what a button or a drop says."""

    direction = forms.ChoiceField(required=False, choices=STEPS)
    parent = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    position = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("direction") and cleaned.get("position") is None:
            raise forms.ValidationError("Say where the category is to go.")
        return cleaned


def tree_rows() -> list[Row]:
    """The tree as it is read; two queries, whatever its size."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [COUNTED_PRODUCTS + 1])
        counts: dict[int, int] = dict(cursor.fetchall())
    categories = Category.objects.order_by().only("id", "parent_id", "position", "name", "slug")
    placed = in_tree_order(categories)
    return [Row(one, text, _steps(one)) for one, text in zip(placed, _counted(placed, counts), strict=True)]


def _counted(placed: Sequence[Placed], counts: Mapping[int, int]) -> list[str]:
    """Of each category with all below it: from the end, each one adds up what waits a level deeper."""
    texts: list[str] = []
    # By depth: what the categories there have, and whether counting ended early, until the one above them comes.
    waiting: dict[int, tuple[int, bool]] = {}
    for one in reversed(placed):
        number = counts.get(one.category.pk, 0)
        below, more_below = waiting.pop(one.depth + 1, (0, False))
        total, more = below + min(number, COUNTED_PRODUCTS), more_below or number > COUNTED_PRODUCTS
        beside, more_beside = waiting.get(one.depth, (0, False))
        waiting[one.depth] = (beside + total, more_beside or more)
        texts.append(f"{total:,}+" if more else f"{total:,}")
    return texts[::-1]


def _steps(placed: Placed) -> tuple[Direction, ...]:
    possible = {
        Direction.UP: not placed.first,
        Direction.DOWN: not placed.last,
        Direction.IN: not placed.first,
        Direction.OUT: placed.category.parent_id is not None,
    }
    return tuple(direction for direction, there in possible.items() if there)
