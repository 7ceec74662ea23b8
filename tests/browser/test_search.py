"""Searching: by words, misspelt, and for what the shop does not have."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lists import counted
from tests.browser.looks import LOOKS, Look

every_look = pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)


@every_look
def test_a_search_finds_what_is_called_so(open_page: Callable[..., Page], look: Look) -> None:
    page = open_page(look)
    page.goto("/")
    page.get_by_label("Search the shop").fill("butter")
    page.get_by_role("search").get_by_role("button", name="Search").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “butter”")
    expect(page.locator(".card").first).to_contain_text("Butter")
    expect(page.get_by_label("Search the shop")).to_have_value("butter")
    assert counted(page) >= page.locator(".card").count()


@every_look
def test_a_misspelt_search_shows_what_was_meant_and_says_so(open_page: Callable[..., Page], look: Look) -> None:
    page = open_page(look)
    page.goto("/search/?q=choclate")

    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “chocolate”")
    expect(page.get_by_role("main")).to_contain_text("“choclate”")
    expect(page.locator(".card").first).to_contain_text("Chocolate")


@every_look
def test_a_search_without_results_leads_on(open_page: Callable[..., Page], look: Look) -> None:
    page = open_page(look)
    page.goto("/search/?q=zzzzqqqq")

    expect(page.get_by_role("heading", name="Nothing here matches")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Cheese", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cheese")
    expect(page.locator(".card").first).to_be_visible()


def test_what_was_searched_for_is_shown_as_words_and_never_run(page: Page) -> None:
    page.goto("/search/?q=<img src=x onerror=alert(1)>")

    expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x")
    expect(page.locator("main img[src=x]")).to_have_count(0)
