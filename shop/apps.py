from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from shop import celery
from shop.caching.registry import REGISTRY
from shop.visitors.rate_limits.registry import RATE_LIMITS
from shop.wiring import make_ground, make_rate_limiter

# A migration may rewrite tables of any size, wait for the shop to let it, and compute for long between statements.
UNLIMITED = (
    "SET statement_timeout = 0",
    "SET lock_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
    "SET enable_seqscan = on",
)
LIMITED = (
    "RESET statement_timeout",
    "RESET lock_timeout",
    "RESET idle_in_transaction_session_timeout",
    "RESET enable_seqscan",
)


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = "Larder"

    def ready(self) -> None:
        # So that whoever sends a task, sends it by this application's broker and not by Celery's default.
        celery.app.set_default()
        REGISTRY.wire(make_ground)
        RATE_LIMITS.wire(make_rate_limiter)
        _read_stock_past_the_cache_in_flash_sales()
        # Django sends these signals only for applications that have models, and this one has none.
        events = apps.get_app_config("events")
        pre_migrate.connect(_lift_limits, sender=events)
        post_migrate.connect(_set_limits, sender=events)


def _read_stock_past_the_cache_in_flash_sales() -> None:
    """The inventory lies beside the catalog, and may not ask it."""
    from catalog.queries import is_on_flash_sale  # noqa: PLC0415  models can be imported only once Django is set up
    from inventory.queries import read_past_cache_when  # noqa: PLC0415  so can the caches, which their apps register

    read_past_cache_when(lambda product_id: is_on_flash_sale(product_id=product_id))


def _lift_limits(using: str, **told: Any) -> None:
    _run(UNLIMITED, using=using)


def _set_limits(using: str, **told: Any) -> None:
    _run(LIMITED, using=using)


def _run(statements: tuple[str, ...], *, using: str) -> None:
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
