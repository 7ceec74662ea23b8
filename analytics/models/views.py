"""How often products were looked at. Only the flush writes here (analytics/flushing.py), by one statement for both.

Not in the change log: a flush every two seconds would fill it, and what it wrote it puts into the cache itself.
"""

from typing import ClassVar

from django.db import models

from shop.events.triggers import VersionField, with_versions


class ProductViews(models.Model):
    """All views of one product; a product without a row has had none."""

    product_id = models.BigIntegerField("product", primary_key=True, help_text="The product's id in the catalog.")
    total = models.BigIntegerField(default=0)
    version = VersionField()

    class Meta:
        verbose_name_plural = "product views"
        indexes: ClassVar = [
            models.Index(fields=["version"], name="views_by_version"),
            models.Index(fields=["-total", "-product_id"], name="views_by_total"),
        ]
        triggers: ClassVar = with_versions("product_views")

    def __str__(self) -> str:
        return f"product {self.product_id}: {self.total} views"


class DailyViews(models.Model):
    """The views of one product on one day, by the clock of whoever recorded them (UTC); kept for as long as anybody
    reads them (analytics/retention.py).
    """

    pk = models.CompositePrimaryKey("product_id", "day")
    product_id = models.BigIntegerField("product")
    day = models.DateField()
    count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "daily views"
        indexes: ClassVar = [models.Index(fields=["day", "product_id"], name="views_by_day")]

    def __str__(self) -> str:
        return f"product {self.product_id}, {self.day}: {self.count} views"
