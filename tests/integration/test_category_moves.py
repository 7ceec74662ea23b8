"""Moves in the category tree: where a category ends up, and what is refused."""

import pytest

from catalog.models import Category, CategoryTree
from catalog.queries import get_category_tree
from catalog.tree_operations import CategoryMoveError, Direction, move_category, shift_category
from tests.integration.catalog_rows import logged
from tests.integration.category_trees import TREE, drawn, tree

__all__ = ["tree"]


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
