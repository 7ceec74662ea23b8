"""Behind the counter, too, no page has to be scrolled sideways on a phone, and nothing that is read there is cut."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, StorageState

from tests.browser.addresses import visit
from tests.browser.admin_addresses import ADMIN_PAGES, admin_pages
from tests.browser.looks import PHONE, WIDE
from tests.browser.price_changes import preview_raise
from tests.browser.stocked_shop import Shop
from tests.browser.wire import sticking_out

WIDTHS = (PHONE.width, 320)
HUGE = """() => document.querySelectorAll(".larder-caches tbody tr").forEach(row => {
    row.querySelector("th").innerHTML += ' <span class="larder-pill">slowest</span>';
    ["1,234,567", "100%", "1,234.5 ms", "12,345"].forEach((text, place) => { row.cells[place + 1].textContent = text });
})"""


def fits(page: Page) -> dict[int, list[str]]:
    """What sticks out of the page that is open, by the width of the phone on which it does."""
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": PHONE.height})
        page.reload(wait_until="networkidle")
        if wide := sticking_out(page, width=width):
            found[width] = wide
    return found


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_no_page_of_the_admin_is_wider_than_a_phone(
    open_page: Callable[..., Page], staff_login: StorageState, shop: Shop, name: str
) -> None:
    page = open_page(PHONE, login=staff_login)
    visit(page, admin_pages(shop)[name])

    assert fits(page) == {}


def test_a_preview_of_prices_fits_a_phone_and_gives_a_name_the_whole_line(
    open_page: Callable[..., Page], staff_login: StorageState
) -> None:
    page = open_page(PHONE, login=staff_login)
    preview_raise(page, "Loaves", percent=10)

    assert fits(page) == {}
    line, name = (page.locator(f".larder-lines tbody tr {part}").first.bounding_box() for part in ("", "th"))
    assert line is not None
    assert name is not None
    assert name["width"] > line["width"] * 0.9


def test_a_phone_shows_the_whole_name_of_a_list(open_page: Callable[..., Page], staff_login: StorageState) -> None:
    page = open_page(PHONE, login=staff_login)
    page.goto("/admin/catalog/product/")

    shown = page.locator("#header-inner h1 > :visible")

    assert [text.strip() for text in shown.all_inner_texts()] == ["Products"]
    assert shown.evaluate("part => part.scrollWidth <= part.clientWidth")


@pytest.mark.parametrize("numbers", ["small", "huge"])
def test_no_column_of_the_caches_is_cut(keeper: Page, numbers: str) -> None:
    keeper.goto("/admin/")
    if numbers == "huge":
        keeper.evaluate(HUGE)

    room = keeper.get_by_role("region", name="The figures of each cache")

    assert room.evaluate("room => room.scrollWidth <= room.clientWidth")


def test_a_number_of_the_shop_s_own_stands_on_one_line(keeper: Page) -> None:
    assert keeper.viewport_size == {"width": WIDE.width, "height": WIDE.height}
    keeper.goto("/admin/catalog/product/")

    for cell in keeper.locator("td.field-sku").all()[:5]:
        assert cell.evaluate("cell => getComputedStyle(cell).whiteSpace") == "nowrap"
