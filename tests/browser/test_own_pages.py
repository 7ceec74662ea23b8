"""A customer's own pages are put to the checks of all pages."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, StorageState

from tests.browser.addresses import OWN_PAGES, own_pages, sources, visit
from tests.browser.axe import in_every_look
from tests.browser.looks import PHONE, WIDE, Look
from tests.browser.nu_checker import html_errors
from tests.browser.shopping import CHARGED_IN_SILENCE, DECLINED, PAID, plenty, put_into_cart
from tests.browser.stocked_shop import Shop
from tests.browser.test_budgets import MOST_BYTES, MOST_SHIFT
from tests.browser.test_narrow import LIMITS, NARROWEST
from tests.browser.wire import first_visit, layout_shift, sticking_out

# What shows that it is the page that was meant.
SAID = {
    "price changed": "The price has changed",
    "wrong fields": "A card number has 12 to 19 digits.",
    "declined": "The bank declined the card.",
    "too many": "A whole number from 0 to 99.",
    "taken out": "Put it back",
    "does not fit": "the cart has 98 already",
    "runs short": "left.",
    "ran out": "wanted, only",
    "weak password": "This password is too common.",
    "wrong login": "No account has this email and this password.",
    "pending": "Your payment is being checked",
}
every_page = pytest.mark.parametrize("name", OWN_PAGES)


def test_a_customer_s_pages_are_valid(
    open_page: Callable[..., Page], shop: Shop, customer: StorageState, tmp_path: Path
) -> None:
    pages = sources(open_page(login=customer), own_pages(shop))

    assert html_errors(pages, directory=tmp_path) == []


def test_what_a_page_says_of_a_refusal_is_valid_too(page: Page, shop: Shop, tmp_path: Path) -> None:
    """Forms that are sent as a browser sends them, for the answers that no address has."""
    goods = plenty(shop, skip=0, at_most=90)
    put_into_cart(page, goods, quantity=1)
    page.goto("/checkout/")
    fields = page.locator("#checkout input")
    token, key = (fields.and_(page.locator(f"[name={name}]")).input_value() for name in ("csrfmiddlewaretoken", "key"))

    def sent(path: str, /, **fields: str) -> str:
        form: dict[str, str | float | bool] = {**fields, "csrfmiddlewaretoken": token}
        return page.request.post(path, form=form, headers={"Referer": shop.url}).text()

    who = {"email": "ada@example.org", "name": "Ada", "address": "Here", "key": key}
    changed = sent("/checkout/", **who, card=PAID, expected_total="0.01")
    total = re.findall(r'name="expected_total" value="([0-9.]+)"', changed)[0]
    pages = {
        "price changed": changed,
        "wrong fields": sent("/checkout/", **who | {"email": "ada"}, card="1", expires="x", expected_total=total),
        "declined": sent("/checkout/", **who, card=DECLINED, expected_total=total),
        "too many": sent("/cart/", product_id=str(goods.id), quantity="100"),
        "taken out": sent("/cart/", product_id=str(goods.id), quantity="0", was="1"),
        "back again": sent("/cart/", product_id=str(goods.id), quantity="98"),
        "does not fit": sent("/cart/add/", product_id=str(goods.id), quantity="9"),
        "runs short": page.request.get("/cart/").text(),
        "ran out": sent("/checkout/", **who | {"key": "other"}, card=PAID, expected_total=f"{98 * float(total):.2f}"),
        "weak password": sent("/account/signup/", email="weak@example.org", password="password"),
        "wrong login": sent("/account/login/", email="weak@example.org", password="password"),
    }
    sent("/cart/", product_id=str(goods.id), quantity="1")
    pages["pending"] = sent("/checkout/", **who | {"key": "late"}, card=CHARGED_IN_SILENCE, expected_total=total)

    for name, words in SAID.items():
        assert words in pages[name], name
    assert html_errors(pages, directory=tmp_path) == []


@every_page
def test_a_customer_s_page_has_no_serious_violation(
    open_page: Callable[..., Page], shop: Shop, customer: StorageState, name: str
) -> None:
    assert in_every_look(open_page, own_pages(shop)[name], login=customer) == {}


@every_page
def test_a_customer_s_page_fits_every_window(
    open_page: Callable[..., Page], shop: Shop, customer: StorageState, name: str
) -> None:
    page = open_page(NARROWEST, login=customer)
    visit(page, own_pages(shop)[name])
    assert sticking_out(page, width=NARROWEST.width) == []
    page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    assert sticking_out(page, width=NARROWEST.width) == []

    page = open_page(login=customer)
    visit(page, own_pages(shop)[name])
    for width in LIMITS:
        page.set_viewport_size({"width": width, "height": WIDE.height})
        assert sticking_out(page, width=width) == []


@every_page
def test_a_customer_s_page_takes_less_than_60_kb_without_pictures(
    open_page: Callable[..., Page], shop: Shop, customer: StorageState, name: str
) -> None:
    answers = first_visit(open_page(login=customer), own_pages(shop)[name])

    assert sum(answers.values()) < MOST_BYTES, answers


@pytest.mark.parametrize("look", [WIDE, PHONE], ids=["wide", "phone"])
@every_page
def test_nothing_jumps_while_a_customer_s_page_loads(
    open_page: Callable[..., Page], shop: Shop, customer: StorageState, name: str, look: Look
) -> None:
    page = open_page(look, login=customer)
    address = own_pages(shop)[name]
    if address.live:
        # The network is idle once the stream has been refused; what it would say is there already.
        page.route("**/events/", lambda route: route.abort("aborted"))

    shift, moved = layout_shift(page, address)

    assert shift < MOST_SHIFT, moved
