"""What products cost.

catalog_price   owns the entry "price", keyed by the product. It changes most often and is cached for the shortest
                time, which is why it is a table of its own.
"""

from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.lookups import Regex

from catalog.models.product import Product
from shop.events.triggers import VersionField, versioned


class Price(models.Model):
    """One price a product, current and regular."""

    product = models.OneToOneField(Product, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False)
    currency = models.CharField(max_length=3, default="EUR", db_default="EUR", help_text="Three capitals (ISO 4217).")
    regular_amount = models.DecimalField(
        max_digits=10, decimal_places=2, help_text="The price without any reduction; shown struck through in a sale."
    )
    amount = models.DecimalField(
        max_digits=10, decimal_places=2, help_text="The price to pay now, at most the regular one."
    )
    sale_ends_at = models.DateTimeField(null=True, blank=True, help_text="When the reduction ends, if that is known.")
    version = VersionField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="price_not_negative"),
            models.CheckConstraint(
                condition=models.Q(amount__lte=models.F("regular_amount")), name="price_at_most_regular"
            ),
            models.CheckConstraint(condition=Regex(models.F("currency"), "^[A-Z]{3}$"), name="price_currency"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["amount", "product"], name="price_by_amount"),
            models.Index(
                fields=["product"], name="price_on_sale", condition=models.Q(amount__lt=models.F("regular_amount"))
            ),
        ]
        triggers = versioned("price", key="product_id")

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def clean(self) -> None:
        """Raise ValidationError where the price to pay is above the regular one."""
        amounts = (self.amount, self.regular_amount)
        if all(isinstance(amount, Decimal) and amount.is_finite() for amount in amounts) and amounts[0] > amounts[1]:
            raise ValidationError({"amount": "The price to pay is at most the regular price."})
