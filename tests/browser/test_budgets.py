"""What a first visit may cost: bytes on the wire, and jumps of the layout."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.addresses import FIRST_PAGES, SHOP_PAGES, Address, shop_pages
from tests.browser.looks import PHONE, WIDE, Look
from tests.browser.stocked_shop import Shop
from tests.browser.wire import first_visit, layout_shift

MOST_BYTES = 60_000
MOST_SHIFT = 0.01
in_both_windows = pytest.mark.parametrize("look", [WIDE, PHONE], ids=["wide", "phone"])
# Something comes in above the words once they have been painted.
PUSHED_DOWN = """<!doctype html><p>Read me</p><script>
addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(() =>
  document.body.insertAdjacentHTML("afterbegin", "<div style='height: 300px'>Late</div>"))));
</script>"""


@pytest.mark.parametrize("name", FIRST_PAGES)
def test_a_first_visit_takes_less_than_60_kb_without_pictures(page: Page, shop: Shop, name: str) -> None:
    answers = first_visit(page, shop_pages(shop)[name])

    assert any("/static/" in url for url in answers)
    assert sum(answers.values()) < MOST_BYTES, answers


def test_a_page_above_the_budget_is_seen_to_be(page: Page) -> None:
    """The admin's login page is no visitor's, and has styles and scripts of unfold's."""
    answers = first_visit(page, Address("/admin/login/"))

    assert sum(answers.values()) > MOST_BYTES


@in_both_windows
@pytest.mark.parametrize("name", SHOP_PAGES)
def test_nothing_jumps_while_a_page_loads(open_page: Callable[..., Page], shop: Shop, name: str, look: Look) -> None:
    shift, sources = layout_shift(open_page(look), shop_pages(shop)[name])

    assert shift < MOST_SHIFT, sources


def test_a_planted_jump_is_measured(page: Page, shop: Shop) -> None:
    page.route("**/planted", lambda route: route.fulfill(body=PUSHED_DOWN, content_type="text/html"))

    shift, sources = layout_shift(page, Address("/planted"))

    assert shift > MOST_SHIFT
    assert "Read me" in str(sources)
