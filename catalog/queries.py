"""What the catalog knows of one thing: cache-aside reads, each passing its loader to the cache.

Budget, counted by tests/integration/test_page_budgets.py: the five parts of a cached product, read inside
`product_at_hand`, are no query and one round trip.

Invariant: an unpublished product is never answered, whatever the cache holds.
"""

from collections.abc import Sequence
from typing import Final

from catalog.category_tree_cache import CATEGORY_TREE_CACHE, CATEGORY_TREE_ID
from catalog.loaders import (
    load_category_trees,
    load_prices,
    load_products,
    load_related_products,
    load_review_summaries,
)
from catalog.price_cache import PRICE_CACHE
from catalog.product_cache import PRODUCT_CACHE
from catalog.related_products_cache import RELATED_PRODUCTS_CACHE
from catalog.review_summary_cache import REVIEW_SUMMARY_CACHE
from catalog.snapshots import (
    CategoryTreeSnapshot,
    PriceSnapshot,
    ProductSnapshot,
    RelatedProductsSnapshot,
    ReviewSummarySnapshot,
)
from shop.caching.prefetch import Ref, prefetch

LARGEST_ID: Final = 2**63 - 1
EMPTY_TREE: Final = CategoryTreeSnapshot(())


def get_product(*, product_id: int) -> ProductSnapshot | None:
    """The published product, or None. Any integer may be asked for."""
    if not 0 < product_id <= LARGEST_ID:
        return None
    product = PRODUCT_CACHE.get(product_id, load=load_products).value
    return product if product is not None and product.is_published else None


def get_price(*, product_id: int) -> PriceSnapshot | None:
    """None while the product has no price."""
    return PRICE_CACHE.get(product_id, load=load_prices).value


def is_on_flash_sale(*, product_id: int) -> bool:
    """Whether a flash sale makes the price, as far as this page has been told it or this process has it at hand; the
    network is not asked."""
    price = PRICE_CACHE.peek(product_id)
    return price is not None and price.flash_sale_id is not None


def get_products(*, product_ids: Sequence[int]) -> dict[int, ProductSnapshot]:
    """The published ones of these products, by one round trip."""
    found = PRODUCT_CACHE.get_many(product_ids, load=load_products) if product_ids else {}
    return {
        product_id: result.value
        for product_id, result in found.items()
        if result.value is not None and result.value.is_published
    }


def get_prices(*, product_ids: Sequence[int]) -> dict[int, PriceSnapshot]:
    """The prices of those of these products that have one, by one round trip."""
    found = PRICE_CACHE.get_many(product_ids, load=load_prices) if product_ids else {}
    return {product_id: result.value for product_id, result in found.items() if result.value is not None}


def read_parts(*, product_ids: Sequence[int]) -> None:
    """Have the caches know everything of these products: one statement a part for all that is missing.

    Nobody is answered: this is for whoever fills the caches before visitors come (analytics/warming.py).
    """
    if product_ids:
        PRODUCT_CACHE.get_many(product_ids, load=load_products)
        PRICE_CACHE.get_many(product_ids, load=load_prices)
        REVIEW_SUMMARY_CACHE.get_many(product_ids, load=load_review_summaries)
        RELATED_PRODUCTS_CACHE.get_many(product_ids, load=load_related_products)


def get_review_summary(*, product_id: int) -> ReviewSummarySnapshot:
    """An empty summary where there is none."""
    summary = REVIEW_SUMMARY_CACHE.get(product_id, load=load_review_summaries).value
    return ReviewSummarySnapshot(product_id, 0, 0, ()) if summary is None else summary


def get_related_products(*, product_id: int) -> RelatedProductsSnapshot:
    """No neighbours where there are none."""
    related = RELATED_PRODUCTS_CACHE.get(product_id, load=load_related_products).value
    return RelatedProductsSnapshot(product_id, (), 0) if related is None else related


def get_category_tree() -> CategoryTreeSnapshot:
    tree = CATEGORY_TREE_CACHE.get(CATEGORY_TREE_ID, load=load_category_trees).value
    return EMPTY_TREE if tree is None else tree


def card_refs(*, product_ids: Sequence[int]) -> list[Ref]:
    """The entries of these products and of their prices, for a page's `prefetch`."""
    return [cache.ref(product_id) for cache in (PRODUCT_CACHE, PRICE_CACHE) for product_id in product_ids]


def tree_ref() -> Ref:
    """The entry of the category tree, for a page's `prefetch`."""
    return CATEGORY_TREE_CACHE.ref(CATEGORY_TREE_ID)


def product_at_hand(*, product_id: int, beside: Sequence[Ref] = ()) -> prefetch:
    """Inside `with product_at_hand(...)`, the five parts of a product have been fetched by one round trip, and the
    entries of other apps that stand `beside` them."""
    if not 0 < product_id <= LARGEST_ID:
        return prefetch()
    return prefetch(
        PRODUCT_CACHE.ref(product_id),
        PRICE_CACHE.ref(product_id),
        REVIEW_SUMMARY_CACHE.ref(product_id),
        RELATED_PRODUCTS_CACHE.ref(product_id),
        CATEGORY_TREE_CACHE.ref(CATEGORY_TREE_ID),
        *beside,
    )
