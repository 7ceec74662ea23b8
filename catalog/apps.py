from django.apps import AppConfig

from catalog.category_tree_cache import CATEGORY_TREE_CACHE
from catalog.price_cache import PRICE_CACHE
from catalog.product_cache import PRODUCT_CACHE
from catalog.related_products_cache import RELATED_PRODUCTS_CACHE
from catalog.review_summary_cache import REVIEW_SUMMARY_CACHE
from shop.events.subscriptions import subscribe


class CatalogConfig(AppConfig):
    name = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Each entity of the change log invalidates the cache whose entries its rows own."""
        subscribe("product", PRODUCT_CACHE.invalidate_many)
        subscribe("price", PRICE_CACHE.invalidate_many)
        subscribe("review_summary", REVIEW_SUMMARY_CACHE.invalidate_many)
        subscribe("related_products", RELATED_PRODUCTS_CACHE.invalidate_many)
        subscribe("category_tree", CATEGORY_TREE_CACHE.invalidate_many)
