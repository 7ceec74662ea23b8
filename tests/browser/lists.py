"""Working a list of products as a visitor does: choosing a facet's value, and reading on to the end."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import Look


def facet_values(page: Page, facet: str) -> Locator:
    """The values of a facet that can be ticked, each a label with its words and its count."""
    group = page.get_by_role("group", name=facet, exact=True)
    return group.locator("label.facet__value", has=page.locator(".facet__count"))


def facets(page: Page) -> list[str]:
    """The facets that have something to tick."""
    ticked = page.locator("form.filters fieldset", has=page.locator("label.facet__value"))
    return ticked.locator("legend").all_text_contents()


def open_filters(page: Page) -> None:
    """On a phone they are folded away; in a wide window they stand open."""
    fold = page.locator("#filters-panel")
    if not fold.get_by_role("button", name="Apply").is_visible():
        fold.locator("> summary").click()
    expect(fold.get_by_role("button", name="Apply")).to_be_visible()


def tick(page: Page, look: Look, value: Locator) -> tuple[str, int]:
    """Choose a facet's value; its words, and the count that stood beside it."""
    open_filters(page)
    words = value.locator("span").first.inner_text()
    count = int(value.locator(".facet__count").inner_text().replace(",", ""))
    value.click()
    if not look.script:
        page.get_by_role("button", name="Apply").click()
    expect(chip(page, words)).to_be_visible()
    return words, count


def chip(page: Page, words: str) -> Locator:
    """What stands above the list for a chosen value, and takes it away; an attribute's has its name before it."""
    return page.get_by_role("link", name=re.compile(rf"^Remove (.+: )?{re.escape(words)}"))


def counted(page: Page) -> int:
    """The number of products that the list says it has."""
    found = re.match(r"[\d,]+", page.locator("#count").inner_text())
    assert found is not None
    return int(found[0].replace(",", ""))


def read_to_the_end(page: Page) -> list[str]:
    """The names on every page of the list, in their order."""
    cards = page.locator(".card")
    names = cards.locator(".card__name").all_inner_texts()
    while (onwards := page.locator(".pager a[rel=next]")).count():
        address = onwards.get_attribute("href") or ""
        onwards.click()
        expect(page.locator(f".pager a[rel=next][href='{address}']")).to_have_count(0)
        names += cards.locator(".card__name").all_inner_texts()
    return names
