"""A flash sale as visitors see it: a countdown that goes by the server's clock, and a page that does without it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.looks import PHONE, WIDE, WITHOUT_SCRIPT
from tests.browser.sales import NAME, sale_numbers
from tests.browser.stocked_shop import Shop

# A visitor's clock that is two days ahead, in all that a script can ask.
WRONG_CLOCK = """
    const ahead = 2 * 24 * 3600 * 1000;
    const now = Date.now.bind(Date);
    Date.now = () => now() + ahead;
    Object.defineProperty(performance, "timeOrigin", { value: performance.timeOrigin + ahead });
"""


def test_the_countdown_goes_by_the_server_s_clock(open_page: Callable[..., Page], shop: Shop) -> None:
    page = open_page(WIDE)
    page.emulate_media(reduced_motion="no-preference")
    page.add_init_script(WRONG_CLOCK)

    page.goto(f"/sale/{sale_numbers(shop)[0]}/")

    expect(page.locator("#countdown")).to_have_text(re.compile(r"^1 day 00:[0-5]\d:[0-5]\d$"))


def test_it_counts_seconds_and_for_who_wants_no_motion_it_does_not(open_page: Callable[..., Page], shop: Shop) -> None:
    address = f"/sale/{sale_numbers(shop)[0]}/"
    page = open_page(PHONE)
    page.goto(address)
    expect(page.locator("#countdown")).to_have_text("1 day")

    page.emulate_media(reduced_motion="no-preference")
    page.goto(address)
    first = page.locator("#countdown").inner_text()
    expect(page.locator("#countdown")).not_to_have_text(first)
    assert page.locator("#countdown-said").inner_text() == ""


def test_without_a_script_the_end_is_a_time(open_page: Callable[..., Page], shop: Shop) -> None:
    page = open_page(WITHOUT_SCRIPT)
    page.goto(f"/sale/{sale_numbers(shop)[0]}/")

    expect(page.locator(".sale-head time")).to_be_visible()
    expect(page.locator("#countdown")).to_be_hidden()


def test_the_shop_window_leads_to_the_sale_and_the_sale_to_its_goods(page: Page, shop: Shop) -> None:
    sale_numbers(shop)
    page.goto("/")

    page.get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="Next page").click()
    page.locator(".card__name a").first.click()

    expect(page.locator(".buy__sale").get_by_role("link", name="Flash sale")).to_be_visible()


def test_the_keeper_starts_and_ends_a_sale(keeper: Page, shop: Shop) -> None:
    sku = shop.ask("SELECT sku FROM catalog_product ORDER BY id DESC LIMIT 1")[0][0]
    keeper.goto("/admin/catalog/flashsale/add/")
    keeper.get_by_label("Name").fill("By hand")
    keeper.get_by_label("Percent off").fill("30")
    keeper.get_by_label("Products").fill(str(sku))
    keeper.get_by_role("button", name="Save, and look at every price").click()

    for button, state in (("Start it now", "on"), ("End it now", "ended")):
        keeper.get_by_label("Yes, I have looked").check()
        keeper.get_by_role("button", name=button).click()
        expect(keeper.locator("#sale-title")).to_have_text(f"By hand: {state}")
