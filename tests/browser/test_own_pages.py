"""A customer's own pages are put to the checks of all pages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, StorageState

from tests.browser.addresses import OWN_PAGES, own_pages, sources, visit
from tests.browser.axe import in_every_look
from tests.browser.looks import PHONE, WIDE, Look
from tests.browser.nu_checker import html_errors
from tests.browser.stocked_shop import Shop
from tests.browser.test_budgets import MOST_BYTES, MOST_SHIFT
from tests.browser.test_narrow import LIMITS, NARROWEST
from tests.browser.wire import first_visit, layout_shift, sticking_out

every_page = pytest.mark.parametrize("name", OWN_PAGES)


def test_a_customer_s_pages_are_valid(
    open_page: Callable[..., Page], shop: Shop, customer: StorageState, tmp_path: Path
) -> None:
    pages = sources(open_page(login=customer), own_pages(shop))

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
