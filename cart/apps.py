from django.apps import AppConfig

from cart.cart_cache import CART_CACHE
from shop.events.subscriptions import subscribe


class CartConfig(AppConfig):
    name = "cart"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A cart that was written past its cache, by psql or by a deletion, ends in the cache by the change log."""
        subscribe("cart", CART_CACHE.invalidate_many)
        from cart import visitors  # noqa: PLC0415  models can be imported only once Django is set up

        visitors.listen()
