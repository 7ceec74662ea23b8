"""Categories as a tree is read: each one, then what is inside of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from catalog.models import Category


class Placed(NamedTuple):
    """`depth` is 0 at the top; `first` and `last` are among its neighbours."""

    category: Category
    depth: int
    first: bool
    last: bool


def in_tree_order(categories: Iterable[Category]) -> list[Placed]:
    """All of them, by position among neighbours. What hangs in a circle, which only raw SQL can make, comes last."""
    below: defaultdict[int | None, list[Category]] = defaultdict(list)
    for category in sorted(categories, key=lambda one: (one.position, one.name, one.pk)):
        below[category.parent_id].append(category)
    placed: list[Placed] = []
    while below:
        # What is still to be placed, the next one last: a tree may be deeper than calls can be.
        waiting = _neighbours(below.pop(None if None in below else next(iter(below))), 0)
        while waiting:
            one = waiting.pop()
            placed.append(one)
            waiting += _neighbours(below.pop(one.category.pk, []), one.depth + 1)
    return placed


def _neighbours(categories: Sequence[Category], depth: int) -> list[Placed]:
    """The last one first."""
    first, last = (categories[0], categories[-1]) if categories else (None, None)
    return [Placed(one, depth, one is first, one is last) for one in reversed(categories)]


def ids_within(*, slug: str) -> list[int]:
    """The category of this slug and all below it; nothing if there is none. One query."""
    rows = list(Category.objects.order_by().values_list("id", "parent_id", "slug"))
    found = {category_id for category_id, _, its_slug in rows if its_slug == slug}
    waiting = list(found)
    while waiting:
        above = waiting.pop()
        below = {category_id for category_id, parent_id, _ in rows if parent_id == above} - found
        found |= below
        waiting += below
    return sorted(found)
