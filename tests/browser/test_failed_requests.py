"""Requests of a page's scripts that fail or come late: somebody is told, and nothing that was typed is lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.goods import product_address
from tests.browser.lists import facet_values, open_filters
from tests.browser.looks import PHONE
from tests.browser.stocked_shop import Shop

SUGGESTED = "**/search/suggest/**"


def gone(route: Route) -> None:
    """No connection, as in a tunnel."""
    route.abort("connectionfailed")


def busy(route: Route) -> None:
    route.fulfill(status=503, body="busy")


def for_scripts(answer: Callable[[Route], None]) -> Callable[[Route], None]:
    """This answer to what a script asks; whole pages come from the shop."""

    def handle(route: Route) -> None:
        if route.request.headers.get("hx-request") == "true":
            answer(route)
        else:
            route.continue_()

    return handle


def held_in(held: list[Route]) -> Callable[[Route], None]:
    """No answer until the test gives one."""

    def handle(route: Route) -> None:
        held.append(route)

    return handle


either = pytest.mark.parametrize("answer", [gone, busy])


@either
def test_a_filter_that_fails_in_place_loads_its_whole_page(
    page: Page, complaints: list[str], answer: Callable[[Route], None]
) -> None:
    page.goto("/c/dairy-eggs/")
    page.route("**/c/dairy-eggs/**", for_scripts(answer))

    facet_values(page, "Brand").first.click()

    expect(page).to_have_url(re.compile("brand="))
    expect(page.locator(".chips--chosen a")).to_have_count(1)
    complaints.clear()


@either
def test_a_review_that_fails_says_so_and_keeps_its_words(
    page: Page, shop: Shop, complaints: list[str], answer: Callable[[Route], None]
) -> None:
    page.goto(product_address(shop, with_reviews=False, skip=30))
    page.route("**/p/**", for_scripts(answer))
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Rating").select_option("2")
    page.get_by_label("In a few words").fill("Kept")

    for _ in range(2):
        page.get_by_role("button", name="Post the review").click()
        expect(page.get_by_role("alert")).to_contain_text("did not get through")

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("In a few words")).to_have_value("Kept")
    complaints.clear()


@either
def test_suggestions_that_fail_leave_none_of_the_words_before(
    page: Page, complaints: list[str], answer: Callable[[Route], None]
) -> None:
    page.goto("/")
    page.get_by_label("Search the shop").press_sequentially("butt")
    expect(page.locator("#suggestions a").first).to_be_visible()
    page.route(SUGGESTED, answer)

    page.get_by_label("Search the shop").press_sequentially("er")

    expect(page.locator("#suggestions a")).to_have_count(0)
    expect(page.get_by_label("Search the shop")).to_have_attribute("aria-expanded", "false")
    complaints.clear()


def test_a_price_typed_while_an_answer_is_on_its_way_stays(page: Page) -> None:
    page.goto("/c/dairy-eggs/")
    held: list[Route] = []
    page.route("**/c/dairy-eggs/**", held_in(held))
    with page.expect_request("**/c/dairy-eggs/**"):
        facet_values(page, "Brand").first.click()
    page.get_by_label("From, in €").fill("1")
    page.get_by_label("To, in €").fill("4")
    page.wait_for_timeout(200)
    assert len(held) == 1

    held[0].continue_()

    expect(page.locator(".chips--chosen a")).to_have_count(1)
    expect(page.get_by_label("From, in €")).to_have_value("1")
    expect(page.get_by_label("To, in €")).to_have_value("4")
    page.unroute_all()
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("price_min=1&price_max=4"))


def test_escape_takes_back_what_was_asked_until_somebody_types_on(page: Page) -> None:
    page.goto("/")
    held: list[Route] = []
    page.route(SUGGESTED, held_in(held))
    field, suggestions = page.get_by_label("Search the shop"), page.locator("#suggestions")
    with page.expect_request(SUGGESTED):
        field.press_sequentially("butt")
    page.keyboard.press("Escape")
    page.unroute_all()
    page.wait_for_timeout(300)
    expect(suggestions).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")

    field.fill("butte")
    expect(suggestions.get_by_role("link").first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(suggestions).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(suggestions.get_by_role("link").first).to_be_focused()


def test_correcting_a_price_in_place_keeps_the_other_filters(open_page: Callable[..., Page]) -> None:
    page = open_page(PHONE)
    page.goto("/c/dairy-eggs/?price_min=cheap&attribute=organic:true&sort=name")
    open_filters(page)
    page.get_by_label("From, in €").fill("1")
    page.get_by_role("button", name="Apply").click()

    expect(page).to_have_url(re.compile("attribute=organic.*true"))
    expect(page).to_have_url(re.compile("sort=name"))
    expect(page.get_by_label("Sort by")).to_have_value("name")


def test_the_open_departments_cover_nothing_that_has_the_focus(open_page: Callable[..., Page]) -> None:
    page = open_page(PHONE)
    page.goto("/")
    menu, button = page.locator("details.menu"), page.locator("details.menu summary")
    for leave in ("Escape", "Shift+Tab"):
        button.click()
        button.focus()
        expect(menu).to_have_attribute("open", "")
        page.keyboard.press(leave)
        expect(menu).not_to_have_attribute("open", "")
