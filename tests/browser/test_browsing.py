"""From the shop's door to a product, as people walk it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import LOOKS, Look

every_look = pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)


@every_look
def test_a_visitor_walks_from_the_door_to_a_product(open_page: Callable[..., Page], look: Look) -> None:
    page = open_page(look)
    page.goto("/")
    page.locator("main a[href^='/c/']").first.click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_visible()
    expect(page).to_have_title(re.compile(heading.inner_text()))
