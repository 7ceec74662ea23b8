"""A customer with an account, an order and a full cart, for the checks that every page is put to."""

import secrets

from playwright.sync_api import Browser, StorageState, expect

from tests.browser.looks import WIDE, new_context
from tests.browser.shopping import check_out, plenty, put_into_cart, sign_up
from tests.browser.stocked_shop import Shop

EMAILS = "customer-{}@example.org"


def customer_with_an_order(browser: Browser, shop: Shop) -> StorageState:
    """Do as a customer does; the cookies that a context can be opened with. Each is a new customer."""
    email = EMAILS.format(secrets.token_hex(4))
    context = new_context(browser, WIDE, base_url=shop.url)
    page = context.new_page()
    sign_up(page, email=email)
    for skip, quantity in ((0, 2), (1, 1)):
        put_into_cart(page, plenty(shop, skip=skip), quantity=quantity)
    check_out(page, email=email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your order is placed")
    for skip, quantity in ((2, 3), (3, 1), (4, 2)):
        put_into_cart(page, plenty(shop, skip=skip), quantity=quantity)
    state = context.storage_state()
    context.close()
    return state
