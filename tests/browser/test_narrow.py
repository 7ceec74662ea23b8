"""No page has to be scrolled sideways: on the narrowest phone that people still use, at the widths where the page takes
another form, and with letters twice the size."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.addresses import SHOP_PAGES, shop_pages, visit
from tests.browser.looks import WIDE, Look
from tests.browser.stocked_shop import Shop
from tests.browser.wire import sticking_out

NARROWEST = Look(width=320, height=640)
# The widths of the style sheets' own limits, from which on a page has more columns.
LIMITS = (768, 832, 896, 960, 1216, 1280)


@pytest.mark.parametrize("name", SHOP_PAGES)
def test_no_page_is_wider_than_the_narrowest_phone(open_page: Callable[..., Page], shop: Shop, name: str) -> None:
    page = open_page(NARROWEST)
    visit(page, shop_pages(shop)[name])

    assert sticking_out(page, width=NARROWEST.width) == []


@pytest.mark.parametrize("name", SHOP_PAGES)
def test_no_page_is_wider_than_a_window_at_the_limits_of_its_style(
    open_page: Callable[..., Page], shop: Shop, name: str
) -> None:
    page = open_page(WIDE)
    visit(page, shop_pages(shop)[name])

    for width in LIMITS:
        page.set_viewport_size({"width": width, "height": WIDE.height})
        assert sticking_out(page, width=width) == []


@pytest.mark.parametrize("name", SHOP_PAGES)
def test_no_page_is_wider_than_the_narrowest_phone_with_letters_twice_the_size(
    open_page: Callable[..., Page], shop: Shop, name: str
) -> None:
    page = open_page(NARROWEST)
    visit(page, shop_pages(shop)[name])
    page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")

    assert sticking_out(page, width=NARROWEST.width) == []


def test_the_header_stays_in_its_column_on_the_narrowest_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(NARROWEST)
    page.goto("/")
    column = NARROWEST.width - page.locator(".brand").evaluate("one => one.getBoundingClientRect().x")

    for part in (".brand", ".menu", ".search"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= column + 0.5, part


@pytest.mark.parametrize(
    ("name", "one_of", "chosen"),
    [("product", ".gallery__views label", '[for="view-front"]'), ("shelf", ".site-nav a", "[aria-current]")],
)
def test_what_is_chosen_shows_where_the_system_picks_the_colours(
    open_page: Callable[..., Page], shop: Shop, name: str, one_of: str, chosen: str
) -> None:
    page = open_page(WIDE)
    page.emulate_media(forced_colors="active")
    visit(page, shop_pages(shop)[name])
    colour = "one => getComputedStyle(one).borderBlockEndColor"

    others = {page.locator(f"{one_of}:not({chosen})").nth(place).evaluate(colour) for place in range(3)}
    assert page.locator(f"{one_of}{chosen}").evaluate(colour) not in others


def test_an_element_that_sticks_out_is_named(open_page: Callable[..., Page]) -> None:
    page = open_page(NARROWEST)
    page.set_content("<p>Fits</p><table id='broad' style='width: 400px'><td>Does not</table>")

    assert sticking_out(page, width=NARROWEST.width)[0] == "the page is 408 px wide"
    assert any("#broad" in named for named in sticking_out(page, width=NARROWEST.width))
