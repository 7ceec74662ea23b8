"""The shop's keeper at the admin's door."""

from playwright.sync_api import Browser, StorageState

from tests.browser.looks import WIDE, new_context
from tests.browser.stocked_shop import Shop


def log_in(browser: Browser, shop: Shop) -> StorageState:
    """Log in by the form; the cookies that a context can be opened with."""
    context = new_context(browser, WIDE, base_url=shop.url)
    page = context.new_page()
    page.goto("/admin/")
    page.get_by_label("Username").fill(shop.keeper)
    page.get_by_label("Password").fill(shop.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("/admin/")
    state = context.storage_state()
    context.close()
    return state
