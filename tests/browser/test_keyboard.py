"""The shop without a mouse: every main path by Tab, arrows, Space and Enter."""

import re

from playwright.sync_api import Page, expect

from tests.browser.goods import product_address
from tests.browser.stocked_shop import Shop

FURTHEST = 120


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until such an element has the focus; fail when none is reached."""
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_the_first_stop_skips_to_the_content(page: Page) -> None:
    page.goto("/")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).not_to_be_in_viewport()

    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("main").get_by_role("link").first).to_be_focused()


def test_a_search_is_made_by_keyboard(page: Page) -> None:
    page.goto("/")
    tab_to(page, "#site-search")
    page.keyboard.type("butter")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “butter”")


def test_a_filter_is_chosen_by_keyboard_and_keeps_the_focus(page: Page) -> None:
    page.goto("/c/dairy-eggs/")
    before = page.locator("#count").inner_text()
    tab_to(page, "form.filters input[type=checkbox]")
    chosen = page.evaluate("() => document.activeElement.id")
    page.keyboard.press("Space")

    expect(page.locator(".chips--chosen a")).to_have_count(1)
    expect(page.locator("#count")).not_to_have_text(before)
    expect(page.locator(f"#{chosen}")).to_be_focused()
    expect(page.locator(f"#{chosen}")).to_be_checked()
    expect(page.get_by_role("status").filter(has_text="product")).to_have_text(page.locator("#count").inner_text())


def test_the_next_page_comes_by_keyboard_and_a_reload_shows_it_again(page: Page) -> None:
    page.goto("/c/dairy-eggs/")
    first = page.locator(".card__name").first.inner_text()
    page.locator(".pager a[rel=next]").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("cursor="))
    second = page.locator(".card__name").first.inner_text()

    page.reload()

    expect(page.locator(".card__name").first).to_have_text(second)
    assert second != first


def test_the_gallery_is_turned_by_arrow_keys(page: Page, shop: Shop) -> None:
    page.goto(product_address(shop, with_reviews=True))
    pictures = page.locator(".gallery__stage img")
    expect(pictures.nth(0)).to_be_visible()
    expect(pictures.nth(1)).to_be_hidden()

    tab_to(page, ".gallery input:checked")
    page.keyboard.press("ArrowRight")

    expect(pictures.nth(1)).to_be_visible()
    expect(pictures.nth(0)).to_be_hidden()


def test_a_review_is_written_by_keyboard(page: Page, shop: Shop) -> None:
    page.goto(product_address(shop, with_reviews=False, skip=20))
    tab_to(page, "#review-form input[name=author]")
    page.keyboard.type("Grace")
    page.keyboard.press("Tab")
    page.keyboard.type("4")
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.type("No mouse was near.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#reviews .review")).to_contain_text("By keyboard")
    expect(page.locator("#reviews .review").get_by_role("img", name="4 out of 5")).to_be_visible()


def test_wherever_the_focus_is_it_can_be_seen(page: Page) -> None:
    page.goto("/c/dairy-eggs/")
    unseen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        seen, name = page.evaluate(FOCUS)
        if not seen:
            unseen.append(name)

    assert unseen == []


# An outline or a shadow on the element, or on the label or field that stands for it.
FOCUS = """() => {
  const shows = one => {
    const style = one && getComputedStyle(one);
    if (!style) return false;
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const one = document.activeElement;
  return [shows(one) || shows(one.closest("label, .search, summary")), one.outerHTML.slice(0, 120)];
}"""
