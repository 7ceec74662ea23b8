"""How much there is of each product.

inventory_stock   owns the entry "stock", keyed by the product. Only `inventory.operations` writes here, each time
                  together with the ledger.
"""

from typing import ClassVar

from django.db import models

from shop.events.triggers import VersionField, versioned


class Stock(models.Model):
    """One product's stock. A product without a row has none: staff receive the first goods."""

    product_id = models.BigIntegerField("product", primary_key=True, help_text="The product's id in the catalog.")
    on_hand = models.BigIntegerField(default=0, help_text="What lies on the shelf, held goods included.")
    held = models.BigIntegerField(default=0, help_text="What open reservations keep of it.")
    version = VersionField()

    class Meta:
        verbose_name_plural = "stock"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(product_id__gt=0), name="stock_of_a_product"),
            models.CheckConstraint(condition=models.Q(on_hand__gte=0), name="stock_not_negative"),
            models.CheckConstraint(
                condition=models.Q(held__gte=0, held__lte=models.F("on_hand")), name="stock_held_is_there"
            ),
        ]
        triggers: ClassVar = versioned("stock", key="product_id")

    def __str__(self) -> str:
        return f"product {self.product_id}: {self.on_hand} on hand, {self.held} held"

    @property
    def available(self) -> int:
        """What can still be reserved."""
        return self.on_hand - self.held
