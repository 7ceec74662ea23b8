"""Checking out: paid, refused and asked again, in every look, without scripts, and clicked twice."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import LOOKS, PHONE, WIDE, WITHOUT_SCRIPT, Look
from tests.browser.shopping import DECLINED, PAID, check_out, fill_in_checkout, pay, plenty, put_into_cart
from tests.browser.stocked_shop import Shop
from tests.browser.test_keyboard import tab_to

ORDER = re.compile(r"/orders/[0-9a-f-]{36}/$")
every_look = pytest.mark.parametrize(("number", "look"), tuple(enumerate(LOOKS.values())), ids=LOOKS)
scripts_or_not = pytest.mark.parametrize(
    ("number", "look"), [(0, WIDE), (1, PHONE), (2, WITHOUT_SCRIPT)], ids=["wide", "phone", "without script"]
)


@every_look
def test_a_guest_pays_and_sees_the_order(open_page: Callable[..., Page], shop: Shop, number: int, look: Look) -> None:
    page, goods = open_page(look), plenty(shop, skip=20)
    put_into_cart(page, goods, quantity=2)
    page.goto("/cart/")
    page.get_by_role("link", name="Check out").click()
    fill_in_checkout(page)
    total = page.locator(".sum__total dd").inner_text()

    pay(page)

    expect(page).to_have_url(ORDER)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your order is placed")
    expect(page.locator(".sum__total dd")).to_have_text(total)
    expect(page.locator("main")).to_contain_text(goods.name)
    expect(page.locator("main")).to_contain_text("ends in 4242")
    page.goto("/cart/")
    expect(page.get_by_text("Nothing in it yet")).to_be_visible()


@scripts_or_not
def test_a_price_that_changed_in_between_is_shown_and_asked_again(
    open_page: Callable[..., Page], shop: Shop, number: int, look: Look
) -> None:
    page, goods = open_page(look), plenty(shop, skip=30 + number)
    put_into_cart(page, goods)
    page.goto("/checkout/")
    fill_in_checkout(page)
    seen = page.locator(".sum__total dd").inner_text()
    shop.ask(
        "UPDATE catalog_price SET amount = 77.70, regular_amount = 77.70 WHERE product_id = %s RETURNING 1", goods.id
    )

    pay(page)

    told = page.get_by_role("alert")
    expect(told).to_contain_text(f"You saw {seen}; now it is €77.70")
    if look.script:
        expect(told).to_be_focused()
    expect(page.get_by_label("Address")).to_have_value("12 Larder Lane\n1000 Town")
    expect(page.get_by_label("Card number")).to_have_value("")
    expect(page.get_by_role("button", name="Pay €77.70")).to_be_visible()
    page.get_by_label("Card number").fill(PAID)
    pay(page)
    expect(page).to_have_url(ORDER)
    expect(page.locator(".sum__total dd")).to_have_text("€77.70")


@scripts_or_not
def test_a_declined_card_says_why_and_another_one_pays(
    open_page: Callable[..., Page], shop: Shop, number: int, look: Look
) -> None:
    page, goods = open_page(look), plenty(shop, skip=21)
    put_into_cart(page, goods)
    check_out(page, card=DECLINED)

    expect(page.get_by_role("alert")).to_contain_text("The bank declined the card.")
    expect(page).to_have_title(re.compile("^Not paid yet"))
    expect(page.get_by_label("Email")).to_have_value("ada@example.org")
    expect(page.get_by_label("Card number")).to_have_value("")
    page.get_by_label("Card number").fill(PAID)
    pay(page)

    expect(page).to_have_url(ORDER)


def test_goods_that_were_sold_meanwhile_are_named_and_the_cart_is_kept(page: Page, shop: Shop) -> None:
    goods = plenty(shop, skip=40)
    put_into_cart(page, goods, quantity=10)
    page.goto("/checkout/")
    fill_in_checkout(page)
    shop.run(
        "from inventory.operations import adjust; from inventory.models import Stock;"
        f"stock = Stock.objects.get(product_id={goods.id});"
        f"adjust(product_id={goods.id}, change=2 - stock.on_hand + stock.held, reason='test')"
    )

    pay(page)

    expect(page.get_by_role("alert")).to_contain_text(f"{goods.name}: 10 wanted, only 2 left")
    page.get_by_role("alert").get_by_role("link", name="Change the cart").click()
    page.get_by_role("button", name=f"Take 2 of {goods.name}").click()
    expect(page.get_by_label(f"Quantity of {goods.name}")).to_have_value("2")


@pytest.mark.parametrize("look", [WIDE, WITHOUT_SCRIPT], ids=["wide", "without script"])
def test_a_double_click_buys_once(open_page: Callable[..., Page], shop: Shop, look: Look) -> None:
    page, goods = open_page(look), plenty(shop, skip=22)
    email = f"twice-{look.script}@example.org"
    put_into_cart(page, goods)
    page.goto("/checkout/")
    fill_in_checkout(page, email=email)

    page.get_by_role("button", name="Pay €").dblclick()

    expect(page).to_have_url(ORDER)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your order is placed")
    assert shop.ask("SELECT count(*) FROM cart_order WHERE email = %s", email) == [(1,)]


def test_a_form_that_is_filled_in_wrong_leads_to_its_first_mistake(page: Page, shop: Shop) -> None:
    put_into_cart(page, plenty(shop, skip=23))
    page.goto("/checkout/")
    fill_in_checkout(page, card="4242 4242 4242 4243")

    pay(page)

    expect(page.get_by_role("alert")).to_contain_text("Nothing was charged")
    expect(page.get_by_label("Card number")).to_be_focused()
    expect(page.get_by_label("Card number")).to_have_accessible_description(re.compile("typing error"))
    expect(page.get_by_label("Name")).to_have_value("Ada Lovelace")


def test_everything_is_paid_by_keyboard(page: Page, shop: Shop) -> None:
    page.goto(plenty(shop, skip=24).address)
    tab_to(page, "#buy select")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#buy [data-answer]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cart")
    tab_to(page, ".sum .button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check out")
    tab_to(page, "#checkout input[name=email]")
    for typed in ("ada@example.org", "Ada", "12 Larder Lane"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    tab_to(page, "#checkout input[name=card]")
    page.keyboard.type(PAID)
    page.keyboard.press("Enter")

    expect(page).to_have_url(ORDER)
