"""Moves in the category tree: where a category ends up, and that nobody, at whatever moment, makes a circle."""

from collections.abc import Callable
from functools import partial
from threading import Barrier

import pytest
from django.contrib.auth.models import User

from catalog import tree_operations
from catalog.models import Category, CategoryTree
from catalog.queries import get_category_tree
from catalog.tree_operations import CategoryMoveError, Direction, move_category, shift_category
from catalog.tree_order import in_tree_order
from tests.integration.catalog_rows import logged
from tests.integration.test_catalog_concurrency import together

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


@pytest.mark.parametrize(
    ("name", "parent", "position", "result"),
    [
        ("Pantry", None, 0, "Pantry Bakery[Bread Cakes[Pies] Rolls] Drinks"),
        ("Bakery", None, 1, "Drinks Bakery[Bread Cakes[Pies] Rolls] Pantry"),
        ("Bakery", "Drinks", 0, "Drinks[Bakery[Bread Cakes[Pies] Rolls]] Pantry"),
        ("Pies", None, 99, "Bakery[Bread Cakes Rolls] Drinks Pantry Pies"),
        ("Pantry", "Bakery", 1, "Bakery[Bread Pantry Cakes[Pies] Rolls] Drinks"),
        ("Rolls", "Bakery", 0, "Bakery[Rolls Bread Cakes[Pies]] Drinks Pantry"),
        ("Drinks", None, 1, TREE),
    ],
)
def test_a_category_goes_where_it_was_put(
    tree: dict[str, int], name: str, parent: str | None, position: int, result: str
) -> None:
    move_category(category_id=tree[name], parent_id=tree[parent] if parent else None, position=position, user_id=1)

    assert drawn() == result


@pytest.mark.parametrize(
    ("name", "direction", "result"),
    [
        ("Drinks", "up", "Drinks Bakery[Bread Cakes[Pies] Rolls] Pantry"),
        ("Drinks", "down", "Bakery[Bread Cakes[Pies] Rolls] Pantry Drinks"),
        ("Drinks", "in", "Bakery[Bread Cakes[Pies] Rolls Drinks] Pantry"),
        ("Cakes", "out", "Bakery[Bread Rolls] Cakes[Pies] Drinks Pantry"),
        ("Pies", "out", "Bakery[Bread Cakes Pies Rolls] Drinks Pantry"),
    ],
)
def test_a_step_leads_to_the_next_place(tree: dict[str, int], name: str, direction: str, result: str) -> None:
    shift_category(category_id=tree[name], direction=Direction(direction), user_id=1)

    assert drawn() == result


@pytest.mark.parametrize(
    ("name", "direction"), [("Bakery", "up"), ("Pantry", "down"), ("Bread", "in"), ("Drinks", "out")]
)
def test_a_step_over_the_edge_is_refused(tree: dict[str, int], name: str, direction: str) -> None:
    with pytest.raises(CategoryMoveError, match="any further"):
        shift_category(category_id=tree[name], direction=Direction(direction), user_id=1)

    assert drawn() == TREE


@pytest.mark.parametrize("target", ["Bakery", "Cakes", "Pies"])
def test_a_category_can_t_go_inside_itself(tree: dict[str, int], target: str) -> None:
    with pytest.raises(CategoryMoveError, match="inside itself"):
        move_category(category_id=tree["Bakery"], parent_id=tree[target], position=0, user_id=1)

    assert drawn() == TREE


def test_what_is_gone_can_t_be_moved_nor_moved_into(tree: dict[str, int]) -> None:
    for category_id, parent_id in ((10**9, None), (tree["Bakery"], 10**9)):
        with pytest.raises(CategoryMoveError, match="gone"):
            move_category(category_id=category_id, parent_id=parent_id, position=0, user_id=1)


def test_neighbours_are_numbered_without_gaps_on_both_sides(tree: dict[str, int]) -> None:
    move_category(category_id=tree["Bread"], parent_id=None, position=1, user_id=1)

    for parent in (None, tree["Bakery"]):
        numbers = Category.objects.filter(parent_id=parent).order_by("position").values_list("position", flat=True)
        assert list(numbers) == list(range(len(numbers)))


def test_a_move_raises_the_version_once_and_one_that_changes_nothing_not_at_all(tree: dict[str, int]) -> None:
    with logged() as moved:
        move_category(category_id=tree["Pies"], parent_id=None, position=0, user_id=1)
    with logged() as stayed:
        move_category(category_id=tree["Pies"], parent_id=None, position=0, user_id=1)

    assert [row.versions for row in moved.rows] == [[CategoryTree.objects.get().version]]
    assert stayed.rows == []


def test_a_move_is_seen_by_the_next_read(tree: dict[str, int]) -> None:
    assert get_category_tree().children_of(tree["Drinks"]) == ()

    move_category(category_id=tree["Pies"], parent_id=tree["Drinks"], position=0, user_id=1)

    assert [one.id for one in get_category_tree().children_of(tree["Drinks"])] == [tree["Pies"]]


def two_who_move_into_each_other(tree: dict[str, int]) -> list[str]:
    """Steps 1 to 3 of catalog/tree_operations.py, where no third category has to move up; what each was told."""
    tea = Category.objects.create(name="Tea", slug="tea", parent_id=tree["Drinks"])
    Category.objects.filter(name="Pies").update(position=0)
    tree["Tea"] = tea.pk
    both_have_read = Barrier(2)
    read = tree_operations._all_categories
    told: list[str] = []

    def read_and_wait() -> dict[int, Category]:
        found = read()
        try:
            both_have_read.wait(timeout=1)
        except Exception:  # noqa: BLE001  the other one waits for the lock, as it should
            both_have_read.abort()
        return found

    def move(name: str, into: str) -> None:
        try:
            move_category(category_id=tree[name], parent_id=tree[into], position=0, user_id=1)
            told.append("moved")
        except CategoryMoveError:
            told.append("refused")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree_operations, "_all_categories", read_and_wait)
        together(partial(move, "Pies", "Tea"), partial(move, "Tea", "Pies"))
    return sorted(told)


def test_two_who_move_categories_into_each_other_make_no_circle(tree: dict[str, int]) -> None:
    assert two_who_move_into_each_other(tree) == ["moved", "refused"]
    assert not circles()


def test_the_control_without_the_lock_makes_a_circle(tree: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: Callable[[], None] = lambda: None  # noqa: E731
    monkeypatch.setattr(tree_operations, "lock_tree", nothing)

    assert two_who_move_into_each_other(tree) == ["moved", "moved"]
    assert circles()
    assert len(in_tree_order(Category.objects.all())) == len(tree)
