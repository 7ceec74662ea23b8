"""Long words in names and addresses widen no page: not the buyer's, not the counter's."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, StorageState

from tests.browser.addresses import Address, visit
from tests.browser.looks import PHONE, WIDE
from tests.browser.shopping import PAID, fill_in_checkout, pay, plenty, put_into_cart
from tests.browser.stocked_shop import Shop
from tests.browser.test_admin_narrow import fits
from tests.browser.test_narrow import LIMITS, NARROWEST
from tests.browser.wire import sticking_out

LONG_NAME, LONG_STREET = "W" * 120, "M" * 500
LONG_EMAIL = f"{'w' * 64}@{'m' * 60}.{'m' * 60}.example.org"


def order_of_long_words(page: Page, shop: Shop) -> str:
    """Buy under long words, in this window; the order's address."""
    put_into_cart(page, plenty(shop, skip=5))
    page.goto("/checkout/")
    fill_in_checkout(page, card=PAID, email=LONG_EMAIL)
    page.get_by_label("Name").fill(LONG_NAME)
    page.get_by_label("Address").fill(LONG_STREET)
    pay(page)
    page.wait_for_url("**/orders/*/")
    return page.url.rstrip("/").rpartition("/")[2]


def test_an_order_of_long_words_fits_every_window(open_page: Callable[..., Page], shop: Shop) -> None:
    page = open_page(NARROWEST)
    order_of_long_words(page, shop)

    assert sticking_out(page, width=NARROWEST.width) == []
    for width in LIMITS:
        page.set_viewport_size({"width": width, "height": WIDE.height})
        assert sticking_out(page, width=width) == []


def test_a_checkout_that_gives_long_words_back_fits_the_narrowest_phone(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    page = open_page(NARROWEST)
    put_into_cart(page, plenty(shop, skip=5))
    page.goto("/checkout/")
    fill_in_checkout(page, card=PAID, email=LONG_EMAIL)
    page.get_by_label("Name").fill(LONG_NAME * 2)
    page.get_by_label("Address").fill(LONG_STREET)
    with page.expect_response(lambda answer: answer.status == 422):
        pay(page)
    page.wait_for_load_state()

    assert sticking_out(page, width=NARROWEST.width) == []


@pytest.mark.parametrize("name", ["orders", "order", "refund"])
def test_no_page_of_staff_about_an_order_of_long_words_is_wider_than_a_phone(
    open_page: Callable[..., Page], staff_login: StorageState, shop: Shop, name: str
) -> None:
    number = order_of_long_words(open_page(), shop)
    page = open_page(PHONE, login=staff_login)
    path = {"orders": "", "order": f"{number}/change/", "refund": f"{number}/refund/"}[name]
    visit(page, Address(f"/admin/cart/order/{path}"))

    assert fits(page) == {}
