"""A review, from the form to the page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.goods import product_address
from tests.browser.looks import LOOKS, Look
from tests.browser.stocked_shop import Shop

every_look = pytest.mark.parametrize(("number", "look"), tuple(enumerate(LOOKS.values())), ids=LOOKS)


def write(page: Page, *, author: str, title: str) -> None:
    page.get_by_label("Your name").fill(author)
    page.get_by_label("Rating").select_option("2")
    page.get_by_label("In a few words").fill(title)
    page.get_by_role("textbox", name="Review").fill("It was gone too soon.\n\n<b>Bold</b> words.")
    page.get_by_role("button", name="Post the review").click()


@every_look
def test_a_review_is_posted_and_seen_by_everybody(
    open_page: Callable[..., Page], shop: Shop, number: int, look: Look
) -> None:
    address = product_address(shop, with_reviews=False, skip=number)
    page, other = open_page(look), open_page()
    page.goto(address)
    expect(page.locator("#reviews")).to_contain_text("Nobody has written")

    write(page, author="Ada", title=f"Seen {number}")

    expect(page.locator("#reviews").get_by_role("status")).to_contain_text("Thank you")
    expect(page.locator("#reviews .review").filter(has_text=f"Seen {number}")).to_contain_text("<b>Bold</b> words.")
    other.goto(address)
    expect(other.locator("#reviews .review")).to_have_count(1)
    expect(other.locator("#reviews .review")).to_contain_text(f"Seen {number}")


@every_look
def test_a_review_that_is_refused_loses_no_word(
    open_page: Callable[..., Page], shop: Shop, number: int, look: Look
) -> None:
    address = product_address(shop, with_reviews=False, skip=len(LOOKS) + number)
    page = open_page(look)
    page.goto(address)

    write(page, author="   ", title="Kept")

    expect(page.get_by_role("alert")).to_contain_text("not in yet")
    expect(page.get_by_label("In a few words")).to_have_value("Kept")
    expect(page.get_by_label("Rating")).to_have_value("2")
    expect(page.get_by_role("textbox", name="Review")).to_have_value("It was gone too soon.\n\n<b>Bold</b> words.")
    page.goto(address)
    expect(page.locator("#reviews")).to_contain_text("Nobody has written")
