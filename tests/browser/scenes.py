"""What the pictures show: a name, and the way to the page."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.price_changes import preview_raise
from tests.browser.stocked_shop import Shop


@dataclass(frozen=True)
class Scene:
    name: str
    show: Callable[[Page, Shop], object]
    is_staffs: bool = False


def _product(page: Page, shop: Shop) -> None:
    """The product with the most reviews among those that are reduced."""
    slug, number = shop.ask(
        "SELECT slug, product.id FROM catalog_product product"
        " JOIN catalog_price price ON price.product_id = product.id AND price.amount < price.regular_amount"
        " JOIN catalog_reviewsummary summary ON summary.product_id = product.id"
        " WHERE is_published ORDER BY review_count DESC, product.id LIMIT 1"
    )[0]
    page.goto(f"/p/{slug}-{number}/")


SCENES = (
    Scene("home", lambda page, shop: page.goto("/")),
    Scene("category", lambda page, shop: page.goto("/c/dairy-eggs/?brand=Milkwell+Farm&attribute=organic:true")),
    Scene("product", _product),
    Scene("search", lambda page, shop: page.goto("/search/?q=bread")),
    Scene("nothing-found", lambda page, shop: page.goto("/search/?q=quixotry")),
    Scene("dashboard", lambda page, shop: page.goto("/admin/"), is_staffs=True),
    Scene("price-change", lambda page, shop: preview_raise(page, "Cheese", percent=5), is_staffs=True),
    Scene("products", lambda page, shop: page.goto("/admin/catalog/product/"), is_staffs=True),
)
