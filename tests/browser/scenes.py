"""What the pictures show: a name, and the way to the page."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.past_orders import place_past_orders
from tests.browser.price_changes import preview_raise
from tests.browser.shopping import Goods, check_out, fill_in_checkout, plenty, put_into_cart
from tests.browser.stocked_shop import Shop


@dataclass(frozen=True)
class Scene:
    name: str
    show: Callable[[Page, Shop], object]
    is_staffs: bool = False


def _product(page: Page, shop: Shop) -> None:
    """The product with the most reviews among those that are reduced and in stock; fruit if there is any."""
    slug, number = shop.ask(
        "SELECT product.slug, product.id FROM catalog_product product"
        " JOIN catalog_price price ON price.product_id = product.id AND price.amount < price.regular_amount"
        " JOIN catalog_reviewsummary summary ON summary.product_id = product.id"
        " JOIN inventory_stock stock ON stock.product_id = product.id AND on_hand - held > 5"
        " JOIN catalog_category shelf ON shelf.id = category_id"
        " WHERE is_published ORDER BY shelf.slug <> 'apples-pears', review_count DESC, product.id LIMIT 1"
    )[0]
    page.goto(f"/p/{slug}-{number}/")


def _cart(page: Page, shop: Shop) -> None:
    """Four goods, one of which runs short."""
    for skip, quantity in ((60, 2), (5, 1), (120, 3)):
        put_into_cart(page, plenty(shop, skip=skip), quantity=quantity)
    slug, number, name = shop.ask(
        "SELECT slug, product.id, name FROM catalog_product product"
        " JOIN inventory_stock stock ON stock.product_id = product.id"
        " JOIN catalog_price price ON price.product_id = product.id"
        " WHERE is_published AND on_hand - held BETWEEN 2 AND 5 ORDER BY product.id LIMIT 1"
    )[0]
    put_into_cart(page, Goods(int(str(number)), str(name), f"/p/{slug}-{number}/"))
    page.goto("/cart/")
    page.get_by_label(f"Quantity of {name}").fill("6")
    page.get_by_role("button", name=f"Update {name}").click()
    page.locator(".line__notice").wait_for()
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")


def _checkout(page: Page, shop: Shop) -> None:
    for skip, quantity in ((60, 2), (5, 1), (120, 3)):
        put_into_cart(page, plenty(shop, skip=skip), quantity=quantity)
    page.goto("/checkout/")
    fill_in_checkout(page)
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")


def _order(page: Page, shop: Shop) -> None:
    """Packed already. Its stream is cut, or the network would never be idle."""
    page.route("**/events/", lambda route: route.abort())
    for skip, quantity in ((60, 2), (5, 1), (120, 3)):
        put_into_cart(page, plenty(shop, skip=skip), quantity=quantity)
    check_out(page)
    page.locator(".order-head__number").wait_for()
    order = page.url.rstrip("/").rpartition("/")[2]
    shop.ask("UPDATE cart_order SET status = 'packed' WHERE id = %s RETURNING id", order)
    page.reload()


def _dashboard(page: Page, shop: Shop) -> None:
    """Behind a shop that people have just walked through, so that its caches have something to tell."""
    for address in (
        "/",
        "/c/dairy-eggs/",
        "/c/bakery/",
        "/search/?q=bread",
        *2 * [plenty(shop, skip=5).address],
        "/cart/",
    ):
        page.goto(address)
    page.wait_for_load_state("networkidle")
    place_past_orders(shop)
    # No queue runs here.
    shop.run("from analytics.flushing import flush_views; flush_views()")
    page.goto("/admin/")


SCENES = (
    Scene("home", lambda page, shop: page.goto("/")),
    Scene("category", lambda page, shop: page.goto("/c/dairy-eggs/?brand=Milkwell+Farm&attribute=organic:true")),
    Scene("product", _product),
    Scene("cart", _cart),
    Scene("checkout", _checkout),
    Scene("order", _order),
    Scene("search", lambda page, shop: page.goto("/search/?q=bread")),
    Scene("nothing-found", lambda page, shop: page.goto("/search/?q=quixotry")),
    Scene("dashboard", _dashboard, is_staffs=True),
    Scene("price-change", lambda page, shop: preview_raise(page, "Cheese", percent=5), is_staffs=True),
    Scene("products", lambda page, shop: page.goto("/admin/catalog/product/"), is_staffs=True),
)
