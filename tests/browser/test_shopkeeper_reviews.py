"""A review that was hidden behind the counter is gone from the shop."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.goods import product_address
from tests.browser.stocked_shop import Shop


def test_a_hidden_review_leaves_the_page_and_the_average_and_comes_back_when_it_is_shown_again(
    keeper: Page, open_page: Callable[..., Page], shop: Shop
) -> None:
    address = product_address(shop, with_reviews=True, skip=3)
    sku, title, count = shop.ask(
        "SELECT sku, title, review_count FROM catalog_review review"
        " JOIN catalog_product product ON product.id = review.product_id"
        " JOIN catalog_reviewsummary summary ON summary.product_id = product.id"
        " WHERE product.id = %s ORDER BY review.created_at DESC, review.id DESC LIMIT 1",
        int(address.rstrip("/").rpartition("-")[2]),
    )[0]
    visitor = open_page()
    visitor.goto(address)
    expect(visitor.locator("#reviews .review").filter(has_text=str(title)).first).to_be_visible()
    shown = visitor.locator("#reviews .review").filter(has_text=str(title)).count()

    decide(keeper, str(sku), f"Hide “{title}”")

    visitor.reload()
    expect(visitor.locator("#reviews .review").filter(has_text=str(title))).to_have_count(shown - 1)
    expect(visitor.locator("#reviews")).not_to_contain_text(f"{count} review")

    decide(keeper, str(sku), f"Show “{title}”")

    visitor.reload()
    expect(visitor.locator("#reviews")).to_contain_text(f"{count} review")
    expect(visitor.locator("#reviews .review").filter(has_text=str(title))).to_have_count(shown)


def decide(keeper: Page, sku: str, verdict: str) -> None:
    keeper.goto(f"/admin/catalog/review/?q={sku}")
    keeper.get_by_role("button", name=verdict).first.click()
    expect(keeper.get_by_text("1 review was")).to_be_visible()
