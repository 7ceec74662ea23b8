"""Where the demo goods came from.

catalog_seeding   one row, id 1, once `seed_catalog` has run: with which seed, and how many products. It owns no
                  cache entry. It lets a second run grow the shop, and refuse to mix two seeds.
"""

from typing import ClassVar

from django.db import models


class Seeding(models.Model):
    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    seed = models.BigIntegerField(help_text="The seed of the generator.")
    products = models.IntegerField(help_text="How many products it has made.")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="seeding_is_one")]

    def __str__(self) -> str:
        return f"{self.products:,} products from seed {self.seed}"
