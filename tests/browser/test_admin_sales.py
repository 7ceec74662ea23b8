"""The counter's pages of sales, with an order in them: for everybody, on a phone too, and as the standard has it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.browser.addresses import Address, sources, visit
from tests.browser.admin_addresses import SALES_PAGES, sales_pages
from tests.browser.axe import in_every_look
from tests.browser.looks import PHONE
from tests.browser.nu_checker import html_errors
from tests.browser.stocked_shop import Shop
from tests.browser.test_admin_accessibility import OF_DJANGO
from tests.browser.test_admin_markup import NOT_OURS
from tests.browser.test_admin_narrow import fits


@pytest.fixture
def sales(shop: Shop, customer: StorageState) -> Mapping[str, Address]:
    return sales_pages(shop)


@pytest.mark.parametrize("name", SALES_PAGES)
def test_a_page_of_sales_has_no_serious_violation(
    open_page: Callable[..., Page], staff_login: StorageState, sales: Mapping[str, Address], name: str
) -> None:
    assert in_every_look(open_page, sales[name], login=staff_login, without=OF_DJANGO) == {}


@pytest.mark.parametrize("name", SALES_PAGES)
def test_no_page_of_sales_is_wider_than_a_phone(
    open_page: Callable[..., Page], staff_login: StorageState, sales: Mapping[str, Address], name: str
) -> None:
    page = open_page(PHONE, login=staff_login)
    visit(page, sales[name])

    assert fits(page) == {}


def test_our_part_of_the_pages_of_sales_is_valid(keeper: Page, sales: Mapping[str, Address], tmp_path: Path) -> None:
    assert html_errors(sources(keeper, sales), directory=tmp_path, excused=NOT_OURS) == []


def test_an_order_is_packed_by_its_list_s_action(keeper: Page, sales: Mapping[str, Address]) -> None:
    visit(keeper, sales["orders"])
    keeper.locator("input[name=_selected_action]").first.check()
    keeper.locator("select[name=action]").select_option(label="Packed")
    keeper.get_by_role("button", name="Run").click()

    expect(keeper.get_by_text("1 order is packed now.")).to_be_visible()
