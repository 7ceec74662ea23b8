from django.apps import AppConfig

from inventory.stock_cache import STOCK_CACHE
from shop.events.subscriptions import subscribe


class InventoryConfig(AppConfig):
    name = "inventory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What is written past the operations reaches the cache by the change log."""
        subscribe("stock", STOCK_CACHE.invalidate_many)
