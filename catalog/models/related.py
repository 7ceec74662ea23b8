"""Which products are shown beside a product.

catalog_relatedproducts   owns the entry "related_products", keyed by the product. Only the recomputation writes
                          here (`catalog.operations.recompute_related_products`), and only rows that change.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from catalog.models.product import Product
from shop.events.triggers import VersionField, versioned


class RelatedProducts(models.Model):
    """Neighbours of one product, nearest first. A trigger makes the empty row together with the product.

    `product_ids` has no foreign key: ids of products that are gone stay until the next run, and readers skip them.
    """

    product = models.OneToOneField(
        Product, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="related"
    )
    product_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    run = models.BigIntegerField(default=0, help_text="The recomputation that last changed this row; 0 before any.")
    version = VersionField()

    class Meta:
        verbose_name_plural = "related products"
        triggers: ClassVar = versioned("related_products", key="product_id")

    def __str__(self) -> str:
        return f"{len(self.product_ids)} products beside {self.product_id}"
