"""The door of the shop: made, entered and left, in every look."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import LOOKS, Look
from tests.browser.shopping import PASSWORD, sign_up
from tests.browser.stocked_shop import Shop

every_look = pytest.mark.parametrize(("number", "look"), tuple(enumerate(LOOKS.values())), ids=LOOKS)


@every_look
def test_an_account_is_made_left_and_entered_again(
    open_page: Callable[..., Page], shop: Shop, number: int, look: Look
) -> None:
    page, email = open_page(look), f"door-{number}@example.org"
    page.goto("/")
    page.get_by_role("link", name="Account").click()
    page.get_by_role("link", name="Make an account").click()
    sign_up(page, email=email)
    expect(page.locator("main")).to_contain_text(email)

    page.get_by_role("button", name="Log out", exact=True).click()
    page.goto("/account/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


@every_look
def test_a_password_that_everybody_uses_is_refused_where_it_was_typed(
    open_page: Callable[..., Page], shop: Shop, number: int, look: Look
) -> None:
    page = open_page(look)
    page.goto("/account/signup/")
    page.get_by_label("Email").fill("weak@example.org")
    page.get_by_label("Password").fill("password123")

    page.get_by_role("button", name="Make the account").click()

    expect(page.get_by_text("This password is too common.")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Email")).to_have_value("weak@example.org")


@every_look
def test_a_browser_is_logged_out_from_another_one(
    open_page: Callable[..., Page], shop: Shop, number: int, look: Look
) -> None:
    home, phone, email = open_page(look), open_page(), f"devices-{number}@example.org"
    sign_up(home, email=email)
    phone.goto("/account/login/")
    phone.get_by_label("Email").fill(email)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Log in").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your account")

    home.goto("/account/")
    devices = home.locator(".devices > li")
    expect(devices).to_have_count(2)
    expect(devices.first).to_contain_text("this device")
    devices.last.get_by_role("button").click()

    expect(devices).to_have_count(1)
    phone.goto("/account/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Log in")
