"""How much products are looked at, as one number each: what the order "popular" goes by.

catalog_popularity   one row a product; a trigger makes it together with the product. It owns no cache entry: lists
                     walk it, nobody is shown the number. Only `catalog.operations.set_popularity` writes it, with
                     what analytics/popularity.py computes from the views.

The number decays without being rewritten: docs/popularity.md says how. So the row of a product that nobody looks at any
more stays as it is, and sinks all the same, because those of others rise.
"""

from typing import ClassVar

from django.db import models

from catalog.models.product import Product

NEVER_VIEWED = 0.0
# What no product reaches before the year 2700. Scores stand in cursors, where their digits are counted.
HIGHEST = 100_000.0


class Popularity(models.Model):
    """`score` is NEVER_VIEWED, or the base-2 logarithm of all views, each worth twice one of three days before."""

    product = models.OneToOneField(
        Product, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="popularity"
    )
    score = models.FloatField(default=NEVER_VIEWED, db_default=NEVER_VIEWED)

    class Meta:
        verbose_name_plural = "popularity"
        constraints: ClassVar = [
            # NaN is above all numbers for PostgreSQL, so this keeps it out as well.
            models.CheckConstraint(
                condition=models.Q(score=NEVER_VIEWED) | models.Q(score__gte=1, score__lt=HIGHEST),
                name="popularity_possible",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["score", "product"], name="popularity_in_order")]

    def __str__(self) -> str:
        return f"{self.score:.2f} of {self.product_id}"
