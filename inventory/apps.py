from django.apps import AppConfig

from inventory.loaders import load_stocks
from inventory.snapshots import StockSnapshot
from inventory.stock_cache import STOCK_CACHE
from shop.events.audit import audit
from shop.events.subscriptions import subscribe


class InventoryConfig(AppConfig):
    name = "inventory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What is written past the operations reaches the cache by the change log."""
        subscribe("stock", STOCK_CACHE.invalidate_many)
        audit(STOCK_CACHE, StockSnapshot, load=load_stocks, table="inventory_stock", key="product_id")
