from django.apps import AppConfig

from shop.events.subscriptions import subscribe
from shop.visitors.session_cache import SESSION_CACHE


class VisitorsConfig(AppConfig):
    name = "shop.visitors"
    label = "visitors"
    verbose_name = "Visitors"

    def ready(self) -> None:
        """A session that ends, by whatever hand, ends in the cache by the change log."""
        subscribe("session", SESSION_CACHE.invalidate_many)
        # Models can be imported only once Django is set up.
        from shop.visitors import logins  # noqa: PLC0415

        logins.listen()
