"""No page has to be scrolled sideways, on the narrowest phone that people still use."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.addresses import SHOP_PAGES, shop_pages, visit
from tests.browser.looks import Look
from tests.browser.stocked_shop import Shop
from tests.browser.wire import sticking_out

NARROWEST = Look(width=320, height=640)


@pytest.mark.parametrize("name", SHOP_PAGES)
def test_no_page_is_wider_than_the_narrowest_phone(open_page: Callable[..., Page], shop: Shop, name: str) -> None:
    page = open_page(NARROWEST)
    visit(page, shop_pages(shop)[name])

    assert sticking_out(page, width=NARROWEST.width) == []


def test_an_element_that_sticks_out_is_named(open_page: Callable[..., Page]) -> None:
    page = open_page(NARROWEST)
    page.set_content("<p>Fits</p><table id='broad' style='width: 400px'><td>Does not</table>")

    assert sticking_out(page, width=NARROWEST.width)[0] == "the page is 408 px wide"
    assert any("#broad" in named for named in sticking_out(page, width=NARROWEST.width))
