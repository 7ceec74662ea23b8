"""Categories as a tree is read: each one, then what is inside of it."""

from collections import defaultdict
from collections.abc import Iterable
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

    def place(parent_id: int | None, depth: int) -> None:
        neighbours = below.pop(parent_id, [])
        for category in neighbours:
            placed.append(Placed(category, depth, category is neighbours[0], category is neighbours[-1]))
            place(category.pk, depth + 1)

    place(None, 0)
    while below:
        place(next(iter(below)), 0)
    return placed


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
