from django.apps import AppConfig

from shop.caching.registry import REGISTRY
from shop.wiring import make_ground


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = "Larder"

    def ready(self) -> None:
        REGISTRY.wire(make_ground)
