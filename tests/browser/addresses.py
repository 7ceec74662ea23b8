"""Every page of the shop, by name. A page that is not in here is not checked: add it.

Those of the admin are in tests/browser/admin_addresses.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.customer import EMAILS
from tests.browser.sales import sale_numbers
from tests.browser.stocked_shop import Shop

SHOP_PAGES = (
    *("home", "department", "shelf", "filtered", "bad filters", "product"),
    *("search", "misspelt", "nothing found", "about", "about caching", "missing"),
    *("empty cart", "log in", "sign up", "nobody's order", "flash sale", "ended sale"),
)
FIRST_PAGES = ("home", "department", "shelf", "product", "search")
# A customer's own: they need one who has something in the cart, and has bought something.
OWN_PAGES = ("cart", "checkout", "order", "account")
# Of tests/browser/urls.py.
DEFECT = "/defect/"


@dataclass(frozen=True)
class Address:
    """`live`: the page keeps a connection open, so the network is never idle."""

    path: str
    status: int = 200
    live: bool = False


def shop_pages(shop: Shop) -> Mapping[str, Address]:
    slug, number = shop.ask("SELECT slug, id FROM catalog_product WHERE is_published ORDER BY id LIMIT 1")[0]
    shelf = shop.ask("SELECT slug FROM catalog_category WHERE parent_id IS NOT NULL ORDER BY id LIMIT 1")[0][0]
    department = shop.ask("SELECT slug FROM catalog_category WHERE parent_id IS NULL ORDER BY id LIMIT 1")[0][0]
    sale, over = sale_numbers(shop)
    return {
        "home": Address("/"),
        "department": Address(f"/c/{department}/"),
        "shelf": Address(f"/c/{shelf}/"),
        "filtered": Address(f"/c/{department}/?sort=price_asc&attribute=organic:true&price=2-5"),
        "bad filters": Address(f"/c/{department}/?price_min=cheap", 422),
        "search": Address("/search/?q=bread"),
        "nothing found": Address("/search/?q=zzzzqqqq"),
        "product": Address(f"/p/{slug}-{number}/"),
        "misspelt": Address("/search/?q=choclate"),
        "about": Address("/about/"),
        "about caching": Address("/about/caching/"),
        "missing": Address("/p/nothing-999999999/", 404),
        "empty cart": Address("/cart/"),
        "log in": Address("/account/login/"),
        "sign up": Address("/account/signup/"),
        "nobody's order": Address("/orders/00000000-0000-4000-8000-000000000000/", 404),
        "flash sale": Address(f"/sale/{sale}/"),
        "ended sale": Address(f"/sale/{over}/"),
    }


def own_pages(shop: Shop) -> Mapping[str, Address]:
    """Of the latest customer of tests/browser/customer.py."""
    orders = "SELECT id FROM cart_order WHERE email LIKE %s ORDER BY placed_at DESC LIMIT 1"
    order = shop.ask(orders, EMAILS.format("%"))[0][0]
    return {
        "cart": Address("/cart/"),
        "checkout": Address("/checkout/"),
        "order": Address(f"/orders/{order}/", live=True),
        "account": Address("/account/"),
    }


def visit(page: Page, address: Address) -> None:
    """Open the page; fail when it is another one that comes, such as an error's."""
    answer = page.goto(address.path, wait_until="load" if address.live else "networkidle")
    assert answer is not None
    assert answer.status == address.status, address


def sources(page: Page, addresses: Mapping[str, Address]) -> dict[str, str]:
    """The pages as the server sends them, before any script has changed them."""
    found = {}
    for name, address in addresses.items():
        answer = page.request.get(address.path, max_redirects=0)
        assert answer.status == address.status, address
        found[name] = answer.text()
    return found
