"""What shoppers do: put something into the cart, pay for it, make an account."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.stocked_shop import Shop

PAID, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"
CHARGED_IN_SILENCE, NEVER_ARRIVES = "4000 0000 0000 0119", "4000 0000 0000 0127"
PASSWORD = "larder-and-jam-7"


@dataclass(frozen=True)
class Goods:
    """A product of which there is plenty; no test that changes it shares it with another."""

    id: int
    name: str
    address: str


def plenty(shop: Shop, *, skip: int, at_most: int = 1000) -> Goods:
    number, name, slug = shop.ask(
        "SELECT product.id, product.name, product.slug FROM catalog_product product"
        " JOIN inventory_stock stock ON stock.product_id = product.id"
        " JOIN catalog_price price ON price.product_id = product.id"
        " WHERE is_published AND on_hand - held BETWEEN 41 AND %s ORDER BY product.id DESC OFFSET %s LIMIT 1",
        at_most,
        skip,
    )[0]
    return Goods(int(str(number)), str(name), f"/p/{slug}-{number}/")


def put_into_cart(page: Page, goods: Goods, *, quantity: int = 1) -> None:
    page.goto(goods.address)
    page.locator("#buy").get_by_label("Quantity").select_option(str(quantity))
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#buy").get_by_role("status")).to_contain_text("It is in your cart")


def fill_in_checkout(page: Page, *, card: str = PAID, email: str = "ada@example.org") -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_label("Address").fill("12 Larder Lane\n1000 Town")
    page.get_by_label("Card number").fill(card)


def pay(page: Page) -> None:
    page.get_by_role("button", name="Pay €").click()


def check_out(page: Page, *, card: str = PAID, email: str = "ada@example.org") -> None:
    page.goto("/checkout/")
    fill_in_checkout(page, card=card, email=email)
    pay(page)


def sign_up(page: Page, *, email: str) -> None:
    page.goto("/account/signup/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
