"""Sales that begin and end at a moment, and what they reduce.

catalog_flashsale       one sale: what it takes off, when it is on, and what became of it. No cache has it; its start
                        and its end stand in the change log as events of their own.
catalog_flashsaleitem   one product of it, with a price of its own or at the sale's percentage.

`state` alone says whether a sale is on. Whoever changes it, at psql too, makes the database stamp the time, log the
event and compute the prices of the sale's products anew (flash_sale_triggers).
Proved by tests/integration/test_flash_sale_rules.py.
"""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models.flash_sale_triggers import ITEM_TRIGGERS, SALE_TRIGGERS
from catalog.models.product import Product
from catalog.models.text import plain_text
from shop.events.triggers import VersionField, versioned


class FlashSale(models.Model):
    """Without `percent_off` each item has an amount; without `starts_at` it is started by hand."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "scheduled"
        ON = "on", "on"
        ENDED = "ended", "ended"
        CANCELLED = "cancelled", "cancelled"

    name = models.CharField(max_length=80, validators=[plain_text])
    percent_off = models.DecimalField(
        max_digits=4, decimal_places=2, null=True, blank=True, help_text="Off the regular price, 1 to 99."
    )
    starts_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it is started by hand.")
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it is ended by hand.")
    state = models.CharField(max_length=10, choices=State, default=State.SCHEDULED, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    started_in = models.BigIntegerField(null=True, editable=False, help_text="The transaction, which its traces name.")
    ended_in = models.BigIntegerField(null=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="made by",
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    version = VersionField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="flash_sale_has_name"),
            models.CheckConstraint(
                condition=models.Q(percent_off__gte=1, percent_off__lte=99), name="flash_sale_percent"
            ),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="flash_sale_ends_later"),
            models.CheckConstraint(
                condition=models.Q(state__in=("scheduled", "on", "ended", "cancelled")), name="flash_sale_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="on", started_at__isnull=False, ended_at__isnull=True)
                | models.Q(state="scheduled", started_at__isnull=True, ended_at__isnull=True)
                | models.Q(state__in=("ended", "cancelled"), ended_at__isnull=False),
                name="flash_sale_stamped",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "starts_at"],
                name="flash_sale_open",
                condition=models.Q(state__in=("scheduled", "on")),
            ),
        ]
        triggers: ClassVar = [*SALE_TRIGGERS, *versioned("flash_sale")]

    def __str__(self) -> str:
        return self.name


class FlashSaleItem(models.Model):
    """`amount` is None where the sale's percentage decides. It goes with its sale and with its product."""

    sale = models.ForeignKey(
        FlashSale, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="items"
    )
    product = models.ForeignKey(
        Product, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sale", "product"], name="flash_sale_item_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=Decimal()), name="flash_sale_item_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["product"], include=["sale", "amount"], name="flash_sale_item_by_product"),
        ]
        triggers = ITEM_TRIGGERS

    def __str__(self) -> str:
        return f"product {self.product_id} in sale {self.sale_id}"
