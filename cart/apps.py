from django.apps import AppConfig

from cart.cart_cache import CART_CACHE
from cart.loaders import load_carts
from cart.payments import TILL
from cart.payments.bank_books import BankBooks
from cart.payments.mock_provider import MockProvider
from cart.snapshots import CartSnapshot
from shop.events.audit import audit
from shop.events.subscriptions import subscribe


class CartConfig(AppConfig):
    name = "cart"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A cart that was written past its cache, by psql or by a deletion, ends in the cache by the change log."""
        subscribe("cart", CART_CACHE.invalidate_many)
        audit(CART_CACHE, CartSnapshot, load=load_carts, table="cart_cart")
        # Models can be imported only once Django is set up.
        from cart import visitors  # noqa: PLC0415
        from cart.checkout import payment_answered  # noqa: PLC0415

        visitors.listen()
        TILL.put_in(MockProvider(BankBooks(), notify=payment_answered))
