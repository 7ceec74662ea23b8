"""From the shop's door to a product, as people walk it: in a wide window, on a phone, in the dark, without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lists import chip, counted, facet_values, facets, open_filters, read_to_the_end, tick
from tests.browser.looks import LOOKS, WIDE, Look

every_look = pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)


@every_look
def test_a_visitor_walks_from_the_door_to_a_product(open_page: Callable[..., Page], look: Look) -> None:
    page = open_page(look)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Dairy & eggs").click()
    expect(page).to_have_title("Dairy & eggs · Larder")
    page.get_by_role("navigation", name="Within Dairy & eggs").get_by_role("link", name="Butter & eggs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Butter & eggs")

    card = page.locator(".card").first
    name, price = card.locator(".card__name").inner_text(), card.locator(".price__now").inner_text()
    card.get_by_role("link").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".product .price__now")).to_have_text(price)
    expect(page.get_by_role("navigation", name="You are here")).to_contain_text("Butter & eggs")


@every_look
def test_a_facet_leaves_as_many_products_as_it_says(open_page: Callable[..., Page], look: Look) -> None:
    page = open_page(look)
    page.goto("/c/dairy-eggs/")
    whole = counted(page)

    _, count = tick(page, look, facet_values(page, "Brand").first)

    assert 0 < count < whole
    expect(page.locator("#count")).to_have_text(re.compile(rf"^{count} products?$"))
    assert len(set(read_to_the_end(page))) == count


@every_look
def test_a_chosen_filter_is_taken_away_by_its_chip(open_page: Callable[..., Page], look: Look) -> None:
    page = open_page(look)
    page.goto("/c/dairy-eggs/")
    whole = counted(page)
    words, count = tick(page, look, facet_values(page, "Brand").first)
    expect(page.locator("#count")).to_have_text(re.compile(rf"^{count} "))

    chip(page, words).click()

    expect(page.locator("#count")).to_have_text(re.compile(rf"^{whole} "))
    expect(page.locator(".chips--chosen")).to_have_count(0)


def test_every_facet_of_a_department_counts_what_it_lists(page: Page) -> None:
    page.goto("/c/dairy-eggs/")
    named = facets(page)
    assert len(named) >= 2

    for facet in named:
        page.goto("/c/dairy-eggs/")
        _, count = tick(page, WIDE, facet_values(page, facet).last)
        expect(page.locator("#count")).to_have_text(re.compile(rf"^{count} "))
        assert len(set(read_to_the_end(page))) == count, facet


def test_two_values_of_a_facet_add_up_and_two_facets_narrow(page: Page) -> None:
    page.goto("/c/dairy-eggs/")
    first, one = tick(page, WIDE, facet_values(page, "Brand").nth(0))
    second, other = tick(page, WIDE, facet_values(page, "Brand").nth(1))
    expect(page.locator("#count")).to_have_text(re.compile(rf"^{one + other} "))

    _, both = tick(page, WIDE, facet_values(page, next(name for name in facets(page) if name != "Brand")).first)

    assert first != second
    expect(page.locator("#count")).to_have_text(re.compile(rf"^{both} "))
    assert both < one + other


@every_look
def test_a_whole_department_is_read_to_its_end_without_a_gap(open_page: Callable[..., Page], look: Look) -> None:
    page = open_page(look)
    page.goto("/c/dairy-eggs/")

    assert len(set(read_to_the_end(page))) == counted(page)


def test_the_address_of_a_filtered_list_shows_the_same_list_again(page: Page, open_page: Callable[..., Page]) -> None:
    page.goto("/c/dairy-eggs/")
    words, count = tick(page, WIDE, facet_values(page, "Brand").first)
    expect(page).to_have_url(re.compile(r"brand="))

    again = open_page()
    again.goto(page.url)

    assert counted(again) == count
    expect(chip(again, words)).to_be_visible()


def test_going_back_shows_the_list_as_it_was_before_the_filter(page: Page) -> None:
    page.goto("/c/dairy-eggs/")
    whole = counted(page)
    tick(page, WIDE, facet_values(page, "Brand").first)
    expect(page).to_have_url(re.compile(r"brand="))

    page.go_back()

    expect(page.locator("#count")).to_have_text(re.compile(rf"^{whole} "))


@every_look
def test_a_price_that_is_no_number_is_said_to_be_none_and_stays(open_page: Callable[..., Page], look: Look) -> None:
    page = open_page(look)
    page.goto("/c/dairy-eggs/?price_min=cheap")

    expect(page.get_by_role("alert")).to_contain_text("From: give an amount")
    open_filters(page)
    expect(page.get_by_label("From, in €")).to_have_value("cheap")


def test_a_price_that_is_no_number_is_refused_in_place(page: Page) -> None:
    page.goto("/c/dairy-eggs/")
    page.get_by_label("From, in €").fill("cheap")
    page.get_by_label("From, in €").press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("From: give an amount")
    expect(page.get_by_label("From, in €")).to_have_value("cheap")
