"""What comes up under the search field while somebody types: in a wide window, on a phone, and in the dark.

Without JavaScript nothing comes up, and the field searches as ever: tests/browser/test_search.py.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import LOOKS, Look

WITH_SCRIPT = {name: look for name, look in LOOKS.items() if look.script}


@pytest.fixture(params=WITH_SCRIPT.values(), ids=list(WITH_SCRIPT))
def page(open_page: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    look: Look = request.param
    return open_page(look)


def typed(page: Page, words: str) -> Locator:
    """The suggestions for all that was typed: those for its beginning may come first."""
    page.goto("/")
    field = page.get_by_label("Search the shop")
    field.click()
    field.press_sequentially(words, delay=20)
    suggestions = page.locator("#suggestions")
    expect(suggestions.locator(f'[data-words="{words}"]').get_by_role("link").first).to_be_visible()
    return suggestions


def test_a_suggestion_is_chosen_with_the_mouse(page: Page) -> None:
    suggestions = typed(page, "butt")

    suggestions.locator("a[href^='/p/']").first.click()

    expect(page).to_have_url(re.compile(r"/p/.*butter.*-\d+/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Butter")


def test_a_suggestion_is_chosen_by_keyboard(page: Page) -> None:
    suggestions = typed(page, "butt")
    links = suggestions.get_by_role("link")
    address = links.nth(1).get_attribute("href")

    page.keyboard.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(re.escape(str(address)) + "$"))


def test_escape_closes_the_suggestions_and_gives_the_field_back(page: Page) -> None:
    suggestions = typed(page, "butt")
    page.keyboard.press("ArrowDown")

    page.keyboard.press("Escape")

    expect(suggestions).to_be_hidden()
    expect(page.get_by_label("Search the shop")).to_be_focused()
    expect(page.get_by_label("Search the shop")).to_have_value("butt")


def test_the_number_of_suggestions_is_told_to_a_screen_reader(page: Page) -> None:
    suggestions = typed(page, "butt")

    expect(page.get_by_role("status").filter(has_text="suggestion")).to_have_text(
        re.compile(rf"\b{suggestions.get_by_role('link').count()}\b")
    )


def test_enter_searches_for_what_was_typed(page: Page) -> None:
    typed(page, "butter")

    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “butter”")
