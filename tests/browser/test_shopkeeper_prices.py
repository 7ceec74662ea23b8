"""Many prices changed at once behind the counter, and seen in the shop: in a wide window, on a phone, in the dark, and
without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.browser.looks import LOOKS
from tests.browser.price_changes import CLICKED_TWICE, RAISED_ONCE, preview_raise, shelf_prices

every_look = pytest.mark.parametrize("look", LOOKS)


@pytest.fixture
def keeper(open_page: Callable[..., Page], staff_login: StorageState, look: str) -> Page:
    """The shop's keeper, in one of the looks."""
    return open_page(LOOKS[look], login=staff_login)


@every_look
def test_a_bulk_price_change_is_what_the_preview_said_and_the_shop_shows_it_at_once(
    keeper: Page, open_page: Callable[..., Page], look: str
) -> None:
    name, shelf = RAISED_ONCE[look]
    visitor = open_page(LOOKS[look])
    before = shelf_prices(visitor, shelf)
    preview = preview_raise(keeper, name, percent=10)
    assert before.items() <= {name: old for name, (old, _) in preview.items()}.items()
    assert shelf_prices(visitor, shelf) == before

    keeper.get_by_role("button", name=re.compile("^Apply")).click()
    expect(keeper.get_by_text("prices were changed")).to_be_visible()

    assert shelf_prices(visitor, shelf) == {name: preview[name][1] for name in before}
    assert all(preview[name][1] > price for name, price in before.items())


@every_look
def test_a_double_click_on_apply_raises_the_prices_once_and_so_does_a_second_window(
    keeper: Page, open_page: Callable[..., Page], staff_login: StorageState, look: str
) -> None:
    name, shelf = CLICKED_TWICE[look]
    visitor, second_window = open_page(), open_page(LOOKS[look], login=staff_login)
    preview = preview_raise(keeper, name, percent=50)
    second_window.goto(keeper.url)

    keeper.get_by_role("button", name=re.compile("^Apply")).dblclick()
    expect(keeper.get_by_role("button", name=re.compile("^Apply"))).to_have_count(0)
    second_window.get_by_role("button", name=re.compile("^Apply")).click()
    expect(second_window.get_by_text(re.compile("this was applied at .* by admin already"))).to_be_visible()

    after = shelf_prices(visitor, shelf)
    assert after == {name: preview[name][1] for name in after}


@every_look
def test_a_rule_without_a_number_is_sent_back_with_what_was_chosen(keeper: Page) -> None:
    preview_raise(keeper, "Milk & cream", percent=10)
    keeper.get_by_role("link", name="Change the rule").click()

    keeper.get_by_label("What to do").select_option("Lower by a percentage")
    keeper.get_by_label("By, or to").fill("")
    keeper.get_by_role("button", name="Preview every new price").click()

    expect(keeper.get_by_text("Say how much.")).to_be_visible()
    expect(keeper.get_by_label("What to do").locator("option:checked")).to_have_text("Lower by a percentage")
