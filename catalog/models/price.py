"""What products cost.

catalog_price   owns the entry "price", keyed by the product. It changes most often and is cached for the shortest
                time, which is why it is a table of its own.

`amount` is what the shop asks, and what every writer writes. What people pay is `current_amount`: the lowest price of
the flash sales that are on, where that is lower. The database computes it at each write of the row, whoever writes.

Two sales with this product end at the same moment, and a third writer changes its price:
    1. each of them writes the row, so they take its lock one after the other
    2. the trigger runs under that lock, and each of its statements sees what was committed before it (READ COMMITTED)
    3. so the last of the three sees both sales ended and the new price, and that is what it computes from
A row that is being inserted can't be waited for; so its trigger waits, at the product, for whoever turns a sale on.
Nothing is ever put back: there is no price of before. Proved by tests/races/test_sales.py, with the control.
"""

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Least
from django.db.models.lookups import Regex

from catalog.models.product import Product
from shop.events.triggers import VersionField, versioned

_FLASH = pgtrigger.Trigger(
    name="price_flash",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        IF TG_OP = 'INSERT' OR NEW.product_id <> OLD.product_id THEN
            PERFORM FROM catalog_product WHERE id = NEW.product_id FOR SHARE;
        END IF;
        SELECT offer.amount, offer.sale_id, offer.ends_at
        INTO NEW.flash_amount, NEW.flash_sale_id, NEW.flash_ends_at
        FROM (
            SELECT coalesce(item.amount, round(NEW.regular_amount * (100 - sale.percent_off) / 100, 2)) AS amount,
                   item.sale_id, sale.ends_at
            FROM catalog_flashsaleitem AS item JOIN catalog_flashsale AS sale ON sale.id = item.sale_id
            WHERE item.product_id = NEW.product_id AND sale.state = 'on'
        ) AS offer
        WHERE offer.amount < NEW.amount ORDER BY offer.amount, offer.sale_id LIMIT 1;
        RETURN NEW;
    """,
)


class Price(models.Model):
    """One price a product, current and regular. The columns of flash sales are written by the database alone."""

    product = models.OneToOneField(Product, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False)
    currency = models.CharField(max_length=3, default="EUR", db_default="EUR", help_text="Three capitals (ISO 4217).")
    regular_amount = models.DecimalField(
        max_digits=10, decimal_places=2, help_text="The price without any reduction; shown struck through in a sale."
    )
    amount = models.DecimalField(
        max_digits=10, decimal_places=2, help_text="The price to pay outside flash sales, at most the regular one."
    )
    sale_ends_at = models.DateTimeField(null=True, blank=True, help_text="When the reduction ends, if that is known.")
    flash_amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, editable=False)
    flash_sale_id = models.BigIntegerField(null=True, editable=False)
    flash_ends_at = models.DateTimeField(null=True, editable=False)
    current_amount = models.GeneratedField(
        expression=Least("amount", "flash_amount"),
        output_field=models.DecimalField(max_digits=10, decimal_places=2),
        db_persist=True,
    )
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
            models.Index(fields=["current_amount", "product"], name="price_by_amount"),
            models.Index(
                fields=["product"],
                name="price_on_sale",
                condition=models.Q(current_amount__lt=models.F("regular_amount")),
            ),
        ]
        triggers: ClassVar = [_FLASH, *versioned("price", key="product_id")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def clean(self) -> None:
        """Raise ValidationError where the price to pay is above the regular one."""
        amounts = (self.amount, self.regular_amount)
        if all(isinstance(amount, Decimal) and amount.is_finite() for amount in amounts) and amounts[0] > amounts[1]:
            raise ValidationError({"amount": "The price to pay is at most the regular price."})
