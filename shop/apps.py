from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from shop import celery
from shop.caching.registry import REGISTRY
from shop.wiring import make_ground

# A migration may rewrite tables of any size, and wait for the shop to let it.
UNLIMITED = ("SET statement_timeout = 0", "SET lock_timeout = 0", "SET enable_seqscan = on")
LIMITED = ("RESET statement_timeout", "RESET lock_timeout", "RESET enable_seqscan")


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = "Larder"

    def ready(self) -> None:
        # So that whoever sends a task, sends it by this application's broker and not by Celery's default.
        celery.app.set_default()
        REGISTRY.wire(make_ground)
        pre_migrate.connect(_lift_limits, sender=self)
        post_migrate.connect(_set_limits, sender=self)


def _lift_limits(using: str, **told: Any) -> None:
    _run(UNLIMITED, using=using)


def _set_limits(using: str, **told: Any) -> None:
    _run(LIMITED, using=using)


def _run(statements: tuple[str, ...], *, using: str) -> None:
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
