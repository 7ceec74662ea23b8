"""A small category tree for tests, drawn as one line of text."""

import pytest
from django.contrib.auth.models import User

from catalog.models import Category

TREE = "Bakery[Bread Cakes[Pies] Rolls] Drinks Pantry"


@pytest.fixture
def tree(own_caches: None) -> dict[str, int]:
    """The ids of TREE by name; positions with gaps and ties, as old rows have them."""

    def add(name: str, parent: Category | None, position: int) -> Category:
        return Category.objects.create(name=name, slug=name.lower(), parent=parent, position=position)

    User.objects.create_superuser("keeper", id=1)
    bakery, drinks, pantry = (add(name, None, place) for name, place in (("Bakery", 3), ("Drinks", 3), ("Pantry", 9)))
    bread, cakes, rolls = (add(name, bakery, 0) for name in ("Bread", "Cakes", "Rolls"))
    pies = add("Pies", cakes, 5)
    return {one.name: one.pk for one in (bakery, drinks, pantry, bread, cakes, rolls, pies)}


def drawn(parent_id: int | None = None) -> str:
    """The tree as TREE is written."""
    inside = Category.objects.filter(parent_id=parent_id).order_by("position", "name", "id")
    return " ".join(f"{one.name}[{below}]" if (below := drawn(one.pk)) else one.name for one in inside)


def circles() -> bool:
    """Whether some category can't be reached from the top."""
    parents = dict(Category.objects.values_list("id", "parent_id"))
    for parent in parents.values():
        steps, above = 0, parent
        while above is not None:
            steps, above = steps + 1, parents[above]
            if steps > len(parents):
                return True
    return False
