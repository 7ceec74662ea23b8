"""Moves within the category tree: each is one transaction, and raises the tree's version once.

Invariants: the tree's row is locked before anything is read, so moves go one after the other; no category is ever
inside itself; the neighbours of where it was and of where it is are numbered 0, 1, 2, ... without gaps.

The race that shaped the lock, with two categories A and B at the top:
    1. somebody moves A into B: B stands at the top, so that is fine
    2. somebody else moves B into A: A stands at the top still, so that is fine as well
    3. both commit: A is in B and B in A, and the shop shows neither
Proved by tests/integration/test_category_moves.py, and test_category_races.py with the control.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from django.db import connection

from catalog.models import Category, CategoryTree
from catalog.models.category import THE_TREE
from shop.events.busy import RowsBusyError, or_busy
from shop.events.fast_path import announced_changes
from shop.events.history import Recorded, record_changes

_RENUMBER: Final = """
    UPDATE catalog_category AS category SET parent_id = new.parent_id, position = new.position
    FROM unnest(%s::bigint[], %s::bigint[], %s::integer[]) AS new (id, parent_id, position)
    WHERE category.id = new.id
"""


class CategoryMoveError(ValueError):
    """The category can't go there; the message says why."""


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    IN = "in"
    OUT = "out"


def lock_tree() -> None:
    """Hold the tree until the end of the transaction; whoever writes a category takes this lock at the latest then."""
    list(CategoryTree.objects.select_for_update().filter(pk=THE_TREE))


def move_category(*, category_id: int, parent_id: int | None, position: int, user_id: int) -> None:
    """Put the category, with all inside of it, into another one (None: the top), at this place among the others there.

    A position beyond the last is the last. Raises CategoryMoveError where either is gone, or one inside of the other.
    """
    with _held_tree():
        _move(_all_categories(), category_id, parent_id, position, user_id)


def shift_category(*, category_id: int, direction: Direction, user_id: int) -> None:
    """One step: UP and DOWN among its neighbours, IN to the end of the neighbour above, OUT to behind its parent.

    Raises CategoryMoveError where there is no such step.
    """
    with _held_tree():
        categories = _all_categories()
        category = _known(categories, category_id)
        neighbours = _inside(categories, category.parent_id)
        place = neighbours.index(category)
        match direction:
            case Direction.UP if place > 0:
                target = category.parent_id, place - 1
            case Direction.DOWN if place + 1 < len(neighbours):
                target = category.parent_id, place + 1
            case Direction.IN if place > 0:
                target = neighbours[place - 1].pk, len(categories)
            case Direction.OUT if category.parent_id is not None:
                parent = categories[category.parent_id]
                target = parent.parent_id, _inside(categories, parent.parent_id).index(parent) + 1
            case _:
                raise CategoryMoveError(f"“{category}” can't go any further {direction}.")
        _move(categories, category_id, *target, user_id)


@contextmanager
def _held_tree() -> Iterator[None]:
    """A transaction that holds the tree; a CategoryMoveError where somebody else holds it for too long."""
    try:
        with or_busy(), announced_changes():
            lock_tree()
            yield
    except RowsBusyError as error:
        raise CategoryMoveError(str(error)) from error


def _all_categories() -> dict[int, Category]:
    fields = ("id", "parent_id", "position", "name")
    return {category.pk: category for category in Category.objects.order_by("position", "name", "id").only(*fields)}


def _known(categories: dict[int, Category], category_id: int) -> Category:
    if category_id not in categories:
        raise CategoryMoveError("This category is gone.")
    return categories[category_id]


def _inside(categories: dict[int, Category], parent_id: int | None) -> list[Category]:
    return [category for category in categories.values() if category.parent_id == parent_id]


def _move(
    categories: dict[int, Category], category_id: int, parent_id: int | None, position: int, user_id: int
) -> None:
    category = _known(categories, category_id)
    _refuse_circle(categories, category, parent_id)
    left = [one for one in _inside(categories, category.parent_id) if one is not category]
    there = left if parent_id == category.parent_id else _inside(categories, parent_id)
    there.insert(max(0, position), category)
    wanted = {one.pk: (one.parent_id, number) for number, one in enumerate(left)}
    wanted |= {one.pk: (parent_id, number) for number, one in enumerate(there)}
    rows = [(pk, *to) for pk, to in wanted.items() if to != (categories[pk].parent_id, categories[pk].position)]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_RENUMBER, [list(column) for column in zip(*rows, strict=True)])
    before = {"parent": categories.get(category.parent_id or 0), "position": category.position}
    after = {"parent": categories.get(parent_id or 0), "position": there.index(category)}
    fields = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    if fields:
        changes = [Recorded(object_id=category.pk, name=category.name, fields=fields)]
        record_changes(user_id=user_id, model=Category, changes=changes)


def _refuse_circle(categories: dict[int, Category], category: Category, parent_id: int | None) -> None:
    seen: set[int] = set()
    while parent_id is not None and parent_id not in seen:
        if parent_id == category.pk:
            raise CategoryMoveError(f"“{category}” can't be inside itself.")
        seen.add(parent_id)
        parent_id = _known(categories, parent_id).parent_id
