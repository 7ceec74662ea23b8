"""Every page of the shop and of its admin, by name. A page that is not in here is not checked: add it."""

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
ADMIN_PAGES = (
    *("dashboard", "products", "product", "new product", "product's history", "files", "prices"),
    *("price changes", "price change", "price change's preview", "flash sales", "flash sale", "new flash sale"),
    *("categories", "category", "reviews", "review", "log"),
    *("change log", "unfinished changes", "traces", "relays and consumers"),
    *("stock", "product's stock", "which product", "receive goods", "adjust stock", "movements"),
    *("reservations", "reservation", "users", "user", "API keys", "new API key"),
    *("views", "product's views", "write-behind", "dead batches", "dead batch", "dead batch's replay"),
)
# Seen by who is not logged in.
ADMIN_DOOR = "/admin/login/"
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


def admin_pages(shop: Shop) -> Mapping[str, Address]:
    product = shop.ask("SELECT min(id) FROM catalog_product")[0][0]
    category = shop.ask("SELECT min(id) FROM catalog_category WHERE parent_id IS NOT NULL")[0][0]
    review = shop.ask("SELECT min(id) FROM catalog_review")[0][0]
    plan = shop.ask("SELECT min(id) FROM catalog_pricechangeplan")[0][0]
    reservation = shop.ask("SELECT min(id) FROM inventory_reservation")[0][0]
    dead = shop.ask("SELECT batch FROM analytics_deadbatch LIMIT 1")[0][0]
    keeper = shop.ask("SELECT id FROM auth_user WHERE username = %s", shop.keeper)[0][0]
    return {
        "dashboard": Address("/admin/"),
        "products": Address("/admin/catalog/product/"),
        "product": Address(f"/admin/catalog/product/{product}/change/"),
        "new product": Address("/admin/catalog/product/add/"),
        "product's history": Address(f"/admin/catalog/product/{product}/history/"),
        "files": Address("/admin/catalog/product/csv/"),
        "prices": Address("/admin/catalog/price/"),
        "price changes": Address("/admin/catalog/pricechangeplan/"),
        "price change": Address("/admin/catalog/pricechangeplan/add/"),
        "flash sales": Address("/admin/catalog/flashsale/"),
        "flash sale": Address(f"/admin/catalog/flashsale/{sale_numbers(shop)[0]}/change/"),
        "new flash sale": Address("/admin/catalog/flashsale/add/"),
        "price change's preview": Address(f"/admin/catalog/pricechangeplan/{plan}/change/"),
        "categories": Address("/admin/catalog/category/"),
        "category": Address(f"/admin/catalog/category/{category}/change/"),
        "reviews": Address("/admin/catalog/review/"),
        "review": Address(f"/admin/catalog/review/{review}/change/"),
        "log": Address("/admin/admin/logentry/"),
        "change log": Address("/admin/events/change/"),
        "unfinished changes": Address("/admin/events/change/?state=unfinished"),
        "traces": Address("/admin/events/trace/"),
        "relays and consumers": Address("/admin/events/station/"),
        "stock": Address("/admin/inventory/stock/"),
        "product's stock": Address(f"/admin/inventory/stock/{product}/change/"),
        "which product": Address("/admin/inventory/stock/receive/"),
        "receive goods": Address(f"/admin/inventory/stock/receive/?product={product}"),
        "adjust stock": Address(f"/admin/inventory/stock/adjust/?product={product}"),
        "movements": Address("/admin/inventory/movement/"),
        "reservations": Address("/admin/inventory/reservation/"),
        "reservation": Address(f"/admin/inventory/reservation/{reservation}/change/"),
        "users": Address("/admin/auth/user/"),
        "user": Address(f"/admin/auth/user/{keeper}/change/"),
        "API keys": Address("/admin/visitors/apikey/"),
        "new API key": Address("/admin/visitors/apikey/add/"),
        "views": Address("/admin/analytics/productviews/"),
        "product's views": Address(f"/admin/analytics/productviews/{product}/change/"),
        "write-behind": Address("/admin/analytics/flushedbatch/"),
        "dead batches": Address("/admin/analytics/deadbatch/"),
        "dead batch": Address(f"/admin/analytics/deadbatch/{dead}/change/"),
        "dead batch's replay": Address(f"/admin/analytics/deadbatch/replay/?batch={dead}"),
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
