"""A visit to a product is counted once, by the real browser: with scripts and without, and not before it is seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.goods import product_address
from tests.browser.looks import WIDE, WITHOUT_SCRIPT, Look
from tests.browser.stocked_shop import Shop
from tests.browser.test_reviews import write

FLUSH = "from analytics.flushing import flush_views; flush_views()"
# As while a browser fetches a page ahead, until `come_to_the_front`.
FETCHED_AHEAD = """
let ahead = true;
Object.defineProperty(document, "prerendering", {get: () => ahead});
window.come_to_the_front = () => { ahead = false; document.dispatchEvent(new Event("prerenderingchange")); };
"""
BEHIND_ANOTHER = """
let behind = true;
Object.defineProperty(document, "visibilityState", {get: () => behind ? "hidden" : "visible"});
window.come_to_the_front = () => { behind = false; document.dispatchEvent(new Event("visibilitychange")); };
"""
WITHOUT_BEACON = "delete Navigator.prototype.sendBeacon;"


@pytest.fixture
def visit(open_page: Callable[..., Page]) -> Callable[..., tuple[Page, list[Request]]]:
    """Opens a product's page; it comes with the requests that tell a view, which grow on."""

    def visit(address: str, look: Look = WIDE, *, script: str = "") -> tuple[Page, list[Request]]:
        page, telling = open_page(look), list[Request]()
        page.on("request", lambda one: telling.append(one) if one.url.endswith(("/views", "/seen.svg")) else None)
        if script:
            page.add_init_script(script)
        page.goto(address, wait_until="networkidle")
        return page, telling

    return visit


@pytest.mark.parametrize(
    ("skip", "look", "script", "how"),
    [(90, WIDE, "", "ping"), (91, WIDE, WITHOUT_BEACON, "fetch"), (92, WITHOUT_SCRIPT, "", "image")],
    ids=["by a beacon", "without beacons", "without scripts"],
)
def test_a_visit_is_counted_once_and_shown_from_then_on(
    visit: Callable[..., tuple[Page, list[Request]]], shop: Shop, skip: int, look: Look, script: str, how: str
) -> None:
    page, telling = visit(product_address(shop, with_reviews=False, skip=skip), look, script=script)
    expect(page.locator(".product__views")).to_have_count(0)

    shop.run(FLUSH)
    page.reload(wait_until="networkidle")

    expect(page.locator(".product__views")).to_have_text("Viewed once")
    assert [one.resource_type for one in telling] == [how, how]


@pytest.mark.parametrize("script", [FETCHED_AHEAD, BEHIND_ANOTHER], ids=["fetched ahead", "behind another"])
def test_what_nobody_has_seen_yet_is_counted_when_it_comes_to_the_front(
    visit: Callable[..., tuple[Page, list[Request]]], shop: Shop, script: str
) -> None:
    page, telling = visit(product_address(shop, with_reviews=False, skip=93), script=script)
    assert telling == []

    with page.expect_request("**/views"):
        page.evaluate("() => window.come_to_the_front()")
    page.evaluate("() => window.come_to_the_front()")
    page.wait_for_load_state("networkidle")

    assert len(telling) == 1


def test_a_review_that_is_refused_is_no_second_look(
    visit: Callable[..., tuple[Page, list[Request]]], shop: Shop
) -> None:
    page, telling = visit(product_address(shop, with_reviews=False, skip=94), WITHOUT_SCRIPT)

    write(page, author="   ", title="Kept")

    expect(page.get_by_role("alert")).to_contain_text("not in yet")
    page.wait_for_load_state("networkidle")
    assert len(telling) == 1
