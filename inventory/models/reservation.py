"""Goods kept for somebody until they are sold or the time is up.

inventory_reservation       open at first; once committed, released or expired it stays as it is
inventory_reservationline   how much of which product. What all open reservations keep of a product is its `held`.

They own no cache entry: what the shop decides by is asked of the database.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

LONGEST_REFERENCE = 100


class Reservation(models.Model):
    """`expires_at` is judged by the database's clock alone."""

    class Status(models.TextChoices):
        OPEN = "open", "open"
        COMMITTED = "committed", "committed"
        RELEASED = "released", "released"
        EXPIRED = "expired", "expired"

    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN, db_default=Status.OPEN)
    reference = models.CharField(max_length=LONGEST_REFERENCE, blank=True, help_text="What it is for: an order.")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now, db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(
                    Q(status="open", closed_at__isnull=True)
                    | Q(status__in=("committed", "released", "expired"), closed_at__isnull=False)
                ),
                name="reservation_open_or_closed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], name="reservation_due", condition=Q(status="open")),
            models.Index(fields=["status", "id"], name="reservation_by_status"),
            models.Index(fields=["reference"], name="reservation_for", condition=~Q(reference="")),
        ]

    def __str__(self) -> str:
        return f"reservation {self.pk} ({self.status})"


class ReservationLine(models.Model):
    """Some of one product."""

    reservation = models.ForeignKey(Reservation, on_delete=models.CASCADE, db_index=False, related_name="lines")
    product_id = models.BigIntegerField("product")
    quantity = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reservation", "product_id"], name="reservation_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_line_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["product_id", "reservation"], name="reservation_line_of_product"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of product {self.product_id}"
