from django.apps import AppConfig

from catalog.category_tree_cache import CATEGORY_TREE_CACHE
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
from shop.events.audit import audit
from shop.events.subscriptions import subscribe


class CatalogConfig(AppConfig):
    name = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Each entity of the change log invalidates the cache whose entries its rows own, and is audited against it."""
        subscribe("product", PRODUCT_CACHE.invalidate_many)
        subscribe("price", PRICE_CACHE.invalidate_many)
        subscribe("review_summary", REVIEW_SUMMARY_CACHE.invalidate_many)
        subscribe("related_products", RELATED_PRODUCTS_CACHE.invalidate_many)
        subscribe("category_tree", CATEGORY_TREE_CACHE.invalidate_many)
        audit(PRODUCT_CACHE, ProductSnapshot, load=load_products, table="catalog_product")
        audit(PRICE_CACHE, PriceSnapshot, load=load_prices, table="catalog_price", key="product_id")
        audit(
            REVIEW_SUMMARY_CACHE,
            ReviewSummarySnapshot,
            load=load_review_summaries,
            table="catalog_reviewsummary",
            key="product_id",
        )
        audit(
            RELATED_PRODUCTS_CACHE,
            RelatedProductsSnapshot,
            load=load_related_products,
            table="catalog_relatedproducts",
            key="product_id",
        )
        audit(CATEGORY_TREE_CACHE, CategoryTreeSnapshot, load=load_category_trees, table="catalog_categorytree")
