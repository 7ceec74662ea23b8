"""An order's page: it follows what happens behind the counter, and waits for a bank that is silent."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.looks import WITHOUT_SCRIPT
from tests.browser.shopping import CHARGED_IN_SILENCE, NEVER_ARRIVES, check_out, plenty, put_into_cart, sign_up
from tests.browser.stocked_shop import Shop

# What the queue's worker does every few seconds, done at once.
SWEEP = "from datetime import timedelta; from cart.checkout.sweeping import sweep; sweep(older_than=timedelta(0))"
# Nothing but the stream tells the page: within a second, or some more on a busy machine.
SOON_MS = 6000


def order_of(page: Page) -> str:
    return page.url.rstrip("/").rpartition("/")[2]


def become(shop: Shop, order: str, status: str) -> None:
    """Staff have moved it on."""
    shop.ask("UPDATE cart_order SET status = %s WHERE id = %s RETURNING id", status, order)


def test_a_status_that_staff_change_shows_within_seconds_and_is_heard(page: Page, shop: Shop) -> None:
    put_into_cart(page, plenty(shop, skip=25))
    check_out(page)
    expect(page.get_by_text("This page follows your order by itself.")).to_be_visible()
    page.evaluate("() => { window.same = true }")

    for status, words in (("packed", "Your order is packed"), ("sent", "Your order is on its way")):
        become(shop, order_of(page), status)
        expect(page.get_by_role("heading", level=1)).to_have_text(words, timeout=SOON_MS)
        expect(page.locator("#said")).to_have_text(words)

    become(shop, order_of(page), "delivered")
    expect(page.locator("[aria-current=step]")).to_have_text("Delivered", timeout=SOON_MS)
    expect(page.get_by_text("This page follows your order by itself.")).to_have_count(0)
    assert page.evaluate("() => window.same")


def test_a_page_follows_its_order_again_after_the_shop_was_away(page: Page, shop: Shop, complaints: list[str]) -> None:
    put_into_cart(page, plenty(shop, skip=25))
    asked: list[str] = []

    def away_at_first(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503) if len(asked) == 1 else route.continue_()

    page.route("**/events/", away_at_first)
    check_out(page)
    expect(page.locator("#order")).to_have_attribute("data-status", "placed")

    become(shop, order_of(page), "packed")

    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is packed")
    assert len(asked) >= 2
    assert [complaint for complaint in complaints if not complaint.startswith("503 GET")] == []
    complaints.clear()


@pytest.mark.parametrize(
    ("card", "becomes"),
    [(CHARGED_IN_SILENCE, "Thank you, your order is placed"), (NEVER_ARRIVES, "This was not paid")],
    ids=["charged", "never charged"],
)
def test_a_payment_in_doubt_becomes_what_the_bank_says(page: Page, shop: Shop, card: str, becomes: str) -> None:
    put_into_cart(page, plenty(shop, skip=26))
    check_out(page, card=card)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your payment is being checked")

    shop.run(SWEEP)

    expect(page.get_by_role("heading", level=1)).to_have_text(becomes)


def test_without_scripts_a_pending_payment_is_looked_at_again_by_itself(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    page = open_page(WITHOUT_SCRIPT)
    put_into_cart(page, plenty(shop, skip=27))
    check_out(page, card=CHARGED_IN_SILENCE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your payment is being checked")
    expect(page.get_by_role("link", name="Look again")).to_be_visible()

    shop.run(SWEEP)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your order is placed")


def test_what_was_not_paid_can_be_tried_with_another_card(page: Page, shop: Shop) -> None:
    put_into_cart(page, plenty(shop, skip=28), quantity=2)
    check_out(page, card=NEVER_ARRIVES)
    shop.run(SWEEP)

    page.get_by_role("link", name="Try another card").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Check out")
    check_out(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your order is placed")


def test_an_order_is_found_again_in_the_account_that_is_made_after_it(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    page, stranger = open_page(), open_page()
    put_into_cart(page, plenty(shop, skip=29))
    check_out(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your order is placed")
    address, number = page.url, page.locator(".order-head__number").inner_text()

    sign_up(page, email="later@example.org")

    page.get_by_role("link", name=number).click()
    expect(page).to_have_url(re.compile(re.escape(address)))
    stranger.goto(address)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("There is nothing here.")
