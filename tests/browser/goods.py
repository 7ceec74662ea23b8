"""Which of the shop's goods a test takes. Tests that change something each take others, by `skip`."""

from tests.browser.stocked_shop import Shop


def product_address(shop: Shop, *, with_reviews: bool, skip: int = 0) -> str:
    """The address of a published product that has reviews, or has none."""
    slug, number = shop.ask(
        "SELECT product.slug, product.id FROM catalog_product product"
        " JOIN catalog_reviewsummary summary ON summary.product_id = product.id"
        " JOIN catalog_price price ON price.product_id = product.id"
        " WHERE is_published AND (review_count > 0) = %s ORDER BY product.id OFFSET %s LIMIT 1",
        with_reviews,
        skip,
    )[0]
    return f"/p/{slug}-{number}/"
