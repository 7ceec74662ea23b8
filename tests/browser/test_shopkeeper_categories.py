"""A category that was moved behind the counter is in its new place in the shop."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.browser.looks import WIDE, WITHOUT_SCRIPT, Look


def departments(visitor: Page) -> list[str]:
    visitor.goto("/")
    return visitor.get_by_role("navigation", name="Departments").get_by_role("link").all_inner_texts()


@pytest.mark.parametrize("look", [WIDE, WITHOUT_SCRIPT], ids=["with scripts", "without scripts"])
def test_a_department_is_moved_by_its_button_and_back(
    open_page: Callable[..., Page], staff_login: StorageState, look: Look
) -> None:
    visitor, keeper = open_page(), open_page(look, login=staff_login)
    before = departments(visitor)
    place = before.index("Drinks")
    moved = [*before[: place - 1], before[place], before[place - 1], *before[place + 1 :]]
    keeper.goto("/admin/catalog/category/")
    tree = keeper.locator("#category-tree li[data-parent=''] .larder-branch-name a")
    expect(tree).to_have_text(before)

    keeper.get_by_role("button", name="Move Drinks up").click()
    expect(tree).to_have_text(moved)
    assert departments(visitor) == moved

    keeper.get_by_role("button", name="Move Drinks down").click()
    expect(tree).to_have_text(before)
    assert departments(visitor) == before


def test_a_shelf_is_dragged_into_another_department(keeper: Page, open_page: Callable[..., Page]) -> None:
    visitor = open_page()
    visitor.goto("/c/household/")
    shelf = (
        visitor.get_by_role("navigation", name="Within Household").get_by_role("link").last.inner_text().split(" ")[0]
    )
    keeper.goto("/admin/catalog/category/")
    branch = keeper.locator("#category-tree li", has=keeper.get_by_role("link", name=re.compile(f"^{shelf}")))

    branch.locator(".larder-handle").drag_to(keeper.get_by_role("link", name="Frozen", exact=True))

    expect(keeper.locator("#category-tree li", has_text=shelf)).to_have_attribute("style", "--depth: 1")
    visitor.goto("/c/frozen/")
    expect(visitor.get_by_role("navigation", name="Within Frozen")).to_contain_text(shelf)
