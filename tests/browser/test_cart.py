"""The cart: filled, changed, emptied, the same everywhere; in every look, without scripts and by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import LOOKS, WITHOUT_SCRIPT, Look
from tests.browser.shopping import PASSWORD, plenty, put_into_cart, sign_up
from tests.browser.stocked_shop import Shop
from tests.browser.test_keyboard import tab_to

every_look = pytest.mark.parametrize(("number", "look"), tuple(enumerate(LOOKS.values())), ids=LOOKS)
OWN = 10


@every_look
def test_goods_are_put_into_the_cart_changed_taken_out_and_put_back(
    open_page: Callable[..., Page], shop: Shop, number: int, look: Look
) -> None:
    page = open_page(look)
    one, other = plenty(shop, skip=OWN), plenty(shop, skip=OWN + 1)
    put_into_cart(page, one, quantity=2)
    put_into_cart(page, other)
    page.locator("#buy").get_by_role("link", name="Go to the cart").click()
    quantity = page.get_by_label(f"Quantity of {one.name}")
    expect(quantity).to_have_value("2")

    quantity.fill("5")
    page.get_by_role("button", name=f"Update {one.name}").click()
    expect(page.locator(".sum__rows")).to_contain_text("6 pieces")

    page.get_by_role("button", name=f"Remove {one.name}").click()
    expect(page.get_by_role("status").filter(has_text="is out of the cart")).to_contain_text(one.name)
    expect(page.locator(".line")).to_have_count(1)

    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label(f"Quantity of {one.name}")).to_have_value("5")
    page.reload()
    expect(page.locator(".line")).to_have_count(2)


def test_the_header_counts_what_is_in_the_cart_on_every_page(open_page: Callable[..., Page], shop: Shop) -> None:
    page = open_page()
    page.goto("/about/")
    expect(page.locator("#cart-count")).to_be_hidden()

    put_into_cart(page, plenty(shop, skip=OWN), quantity=3)
    expect(page.get_by_role("link", name="Cart 3 goods")).to_be_visible()

    page.goto("/about/")
    expect(page.get_by_role("link", name="Cart 3 goods")).to_be_visible()


def test_a_quantity_is_changed_without_a_new_page_heard_and_the_focus_kept(page: Page, shop: Shop) -> None:
    goods = plenty(shop, skip=OWN)
    put_into_cart(page, goods)
    page.goto("/cart/")
    page.evaluate("() => { window.same = true }")
    field = page.get_by_label(f"Quantity of {goods.name}")

    field.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")

    expect(page.locator(".sum__rows")).to_contain_text("3 pieces")
    expect(page.locator("#said")).to_contain_text("3 pieces in the cart")
    expect(field).to_be_focused()
    expect(page.get_by_role("link", name="Cart 3 goods")).to_be_visible()
    assert page.evaluate("() => window.same")


@pytest.mark.parametrize("look", [LOOKS["wide"], WITHOUT_SCRIPT], ids=["wide", "without script"])
def test_a_quantity_that_is_refused_is_kept_and_explained(
    open_page: Callable[..., Page], shop: Shop, look: Look
) -> None:
    page, goods = open_page(look), plenty(shop, skip=OWN)
    put_into_cart(page, goods)
    page.goto("/cart/")
    field = page.get_by_label(f"Quantity of {goods.name}")
    # The browser would say so itself; the shop has to, too.
    page.locator(".line__quantity").evaluate("form => { form.noValidate = true }")
    field.fill("100")

    page.get_by_role("button", name=f"Update {goods.name}").click()

    expect(page.get_by_role("alert")).to_have_text("A whole number from 0 to 99.")
    expect(field).to_have_value("100")
    expect(field).to_be_focused()


def test_a_line_is_taken_out_by_keyboard_and_the_focus_is_led_on(page: Page, shop: Shop) -> None:
    goods = plenty(shop, skip=OWN)
    put_into_cart(page, goods)
    page.goto("/cart/")

    tab_to(page, ".line .button--link")
    page.keyboard.press("Enter")

    expect(page.locator(".taken-out")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label(f"Quantity of {goods.name}")).to_have_value("1")


def test_two_windows_that_add_at_once_both_count(open_page: Callable[..., Page], shop: Shop) -> None:
    page, goods = open_page(), plenty(shop, skip=OWN)
    put_into_cart(page, goods)
    second = page.context.new_page()
    for window in (page, second):
        window.goto(goods.address)

    for window in (page, second):
        window.get_by_role("button", name="Add to cart").click()

    for window in (page, second):
        expect(window.locator("#buy").get_by_role("status")).to_be_visible()
    page.goto("/cart/")
    expect(page.get_by_label(f"Quantity of {goods.name}")).to_have_value("3")


def test_a_guest_s_cart_comes_along_at_login_in_another_browser(open_page: Callable[..., Page], shop: Shop) -> None:
    home, office = open_page(), open_page()
    one, other = plenty(shop, skip=OWN), plenty(shop, skip=OWN + 1)
    sign_up(home, email="merge@example.org")
    put_into_cart(home, one, quantity=2)
    put_into_cart(office, one)
    put_into_cart(office, other)

    office.goto("/account/login/")
    office.get_by_label("Email").fill("Merge@Example.org")
    office.get_by_label("Password").fill(PASSWORD)
    office.get_by_role("button", name="Log in").click()

    expect(office.get_by_role("link", name="Cart 4 goods")).to_be_visible()
    for window in (office, home):
        window.goto("/cart/")
        expect(window.get_by_label(f"Quantity of {one.name}")).to_have_value("3")
        expect(window.get_by_label(f"Quantity of {other.name}")).to_have_value("1")
    office.goto("/account/")
    office.get_by_role("button", name="Log out", exact=True).click()
    office.goto("/cart/")
    expect(office.get_by_text("Nothing in it yet")).to_be_visible()


def test_a_change_that_fails_is_told_and_changes_nothing(page: Page, shop: Shop, complaints: list[str]) -> None:
    goods = plenty(shop, skip=OWN)
    put_into_cart(page, goods)
    page.goto("/cart/")
    page.route("**/cart/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())

    page.get_by_role("button", name=f"Remove {goods.name}").click()

    expect(page.get_by_role("alert")).to_contain_text("did not get through")
    expect(page.get_by_label(f"Quantity of {goods.name}")).to_have_value("1")
    assert complaints
    complaints.clear()
