"""What customers of a product bought as well.

analytics_alsobought      owns the entry "also_bought", keyed by the product. Only the recomputation writes here
                          (analytics/also_bought.py), and only rows that change. A product that was never bought with
                          another has none.
analytics_alsoboughtrun   one row a recomputation: how far it has come, for staff and for the next one
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from shop.events.triggers import VersionField, versioned


class AlsoBought(models.Model):
    """Companions of one product, the closest first. Ids of products that are gone may be among them: readers skip them.

    `run` is the recomputation that last changed the row.
    """

    product_id = models.BigIntegerField("product", primary_key=True)
    product_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    run = models.BigIntegerField()
    version = VersionField()

    class Meta:
        verbose_name_plural = "also bought"
        triggers: ClassVar = versioned("also_bought", key="product_id")

    def __str__(self) -> str:
        return f"{len(self.product_ids)} products bought with {self.product_id}"


class AlsoBoughtRun(models.Model):
    """Products are compared in the order of their ids: up to `done`, of those up to `last`."""

    started_at = models.DateTimeField(db_default=Now())
    moved_at = models.DateTimeField("last sign of life", db_default=Now())
    finished_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0, help_text="The highest product that was compared.")
    last = models.BigIntegerField(default=0, help_text="The highest product that was ever bought.")
    products = models.BigIntegerField(default=0, help_text="How many were compared.")
    changed = models.BigIntegerField(default=0, help_text="How many of those got other companions.")

    class Meta:
        verbose_name = "comparison of orders"
        verbose_name_plural = "comparisons of orders"

    def __str__(self) -> str:
        return f"Comparison {self.pk}"
