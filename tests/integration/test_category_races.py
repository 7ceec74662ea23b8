"""Moves in the category tree at the same moment: nobody makes a circle, by button, by drop or by form."""

from collections.abc import Callable
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from catalog import tree_operations
from catalog.models import Category
from catalog.tree_operations import CategoryMoveError, lock_tree, move_category
from catalog.tree_order import in_tree_order
from tests.integration.at_once import together, until_somebody_waits_for_a_lock
from tests.integration.category_trees import circles, tree
from tests.integration.test_admin_writes import form_of

__all__ = ["tree"]


def two_who_move_into_each_other(tree: dict[str, int], *, meet_within_s: float) -> list[str]:
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
            both_have_read.wait(timeout=meet_within_s)
        except BrokenBarrierError:  # the other one waits for the lock, as it should
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
    assert two_who_move_into_each_other(tree, meet_within_s=1) == ["moved", "refused"]
    assert not circles()


def test_the_control_without_the_lock_makes_a_circle(tree: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: Callable[[], None] = lambda: None  # noqa: E731
    monkeypatch.setattr(tree_operations, "lock_tree", nothing)

    assert two_who_move_into_each_other(tree, meet_within_s=10) == ["moved", "moved"]
    assert circles()
    assert len(in_tree_order(Category.objects.all())) == len(tree)


def test_a_form_that_waited_for_a_move_makes_no_circle_either(
    tree: dict[str, int], plain_static: None, staff_of_the_tree: Client
) -> None:
    address = reverse("admin:catalog_category_change", args=[tree["Drinks"]])
    fields = form_of(staff_of_the_tree, address) | {"parent": tree["Pantry"]}
    held = Barrier(2)
    answers: list[Any] = []

    def mover() -> None:
        with transaction.atomic():
            lock_tree()
            held.wait(timeout=10)
            until_somebody_waits_for_a_lock()
            move_category(category_id=tree["Pantry"], parent_id=tree["Drinks"], position=0, user_id=1)

    def clerk() -> None:
        held.wait(timeout=10)
        answers.append(staff_of_the_tree.post(address, fields))

    together(mover, clerk)

    assert "inside itself" in answers[0].content.decode()
    assert not circles()


def test_a_category_can_be_deleted_while_others_move(
    tree: dict[str, int], plain_static: None, staff_of_the_tree: Client
) -> None:
    empty = Category.objects.create(name="Empty", slug="empty", parent_id=tree["Pantry"], position=9)
    address = reverse("admin:catalog_category_delete", args=[empty.pk])
    held = Barrier(2)
    answers: list[Any] = []

    def mover() -> None:
        with transaction.atomic():
            lock_tree()
            held.wait(timeout=10)
            until_somebody_waits_for_a_lock()
            Category.objects.filter(pk=empty.pk).update(position=1)

    def clerk() -> None:
        held.wait(timeout=10)
        answers.append(staff_of_the_tree.post(address, {"post": "yes"}).status_code)

    together(mover, clerk)

    assert answers == [302]
    assert not Category.objects.filter(pk=empty.pk).exists()


@pytest.fixture
def staff_of_the_tree(tree: dict[str, int]) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=1))
    return client
