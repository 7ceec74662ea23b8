"""Price changes of many products, looked at before they are made.

catalog_pricechangeplan   one change: the rule, who made it, and what became of it. It owns no cache entry.
catalog_pricechangeline   one product of it: the price that the preview showed, and the new one or why there is none.

A plan is applied once: `state` leaves `draft` by a conditional update, in the transaction that writes the prices.
Proved by tests/integration/test_admin_price_plans.py, with the control.
"""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class PriceChangePlan(models.Model):
    """`revision` counts the previews, so that nobody applies another one than the one on the screen."""

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        APPLIED = "applied", "applied"
        DISCARDED = "discarded", "discarded"

    chosen = models.CharField(max_length=200, help_text="How the products were chosen, in words.")
    rule = models.JSONField(default=dict, help_text="What the form said; empty before the first preview.")
    revision = models.IntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="made by"
    )
    made_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="decided by"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(decided_at__isnull=False), name="price_plan_decided_when"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["made_at"], name="price_plan_not_applied", condition=~models.Q(state="applied")),
        ]

    def __str__(self) -> str:
        return f"Price change {self.pk}"


class PriceChangeLine(models.Model):
    """Name and SKU are copies, so that a product which is gone by then can still be named."""

    class State(models.TextChoices):
        PENDING = "pending", "no preview yet"
        CHANGES = "changes", "changes"
        SAME = "same", "stays as it is"
        REFUSED = "refused", "can't be changed"
        APPLIED = "applied", "changed"
        MOVED = "moved", "skipped"

    plan = models.ForeignKey(PriceChangePlan, on_delete=models.CASCADE, db_index=False, related_name="lines")
    product_id = models.BigIntegerField()
    sku = models.CharField(max_length=32)
    name = models.CharField(max_length=140)
    currency = models.CharField(max_length=3, blank=True)
    old_regular = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    old_amount = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    old_ends_at = models.DateTimeField(null=True)
    new_regular = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    new_amount = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    new_ends_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it is refused, or was skipped.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "product_id"], name="price_line_once_a_product"),
        ]

    def __str__(self) -> str:
        return f"{self.sku}: {self.old_amount} to {self.new_amount}"

    @property
    def percent(self) -> Decimal | None:
        """By how much the price to pay moves, with one decimal; None where there is nothing to compare."""
        if not self.old_amount or self.new_amount is None:
            return None
        return round((self.new_amount - self.old_amount) * 100 / self.old_amount, 1)
