"""Orders: what somebody bought, at the prices of that moment, and how far it has come.

cart_order       complete from its first moment: it is made together with its lines, when its payment is known
cart_orderline   what was bought; names and prices are copies, so that an order says for ever what it said

Nothing here is cached: see cart/orders.py.
"""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

ORDER_NUMBERS = "cart_order_number"


class Order(models.Model):
    """`id` is its checkout's, and what addresses carry; `number` is what people say on the telephone."""

    class Status(models.TextChoices):
        PLACED = "placed", "placed"
        PACKED = "packed", "packed"
        SENT = "sent", "sent"
        DELIVERED = "delivered", "delivered"
        REFUNDING = "refunding", "being refunded"
        REFUNDED = "refunded", "refunded"

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.BigIntegerField(unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, db_index=False, related_name="+"
    )
    guest = models.CharField(max_length=64, blank=True, help_text="The token of a visitor's session.")
    status = models.CharField(max_length=10, choices=Status, default=Status.PLACED)
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=500)
    total = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    takes_back = models.BooleanField(default=False, help_text="Whether its goods go back to stock when it is refunded.")
    placed_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(total__gte=0), name="order_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "number"], name="order_of_customer", condition=models.Q(user__isnull=False)),
            models.Index(
                fields=["guest", "number"],
                name="order_of_guest",
                condition=models.Q(user__isnull=True) & ~models.Q(guest=""),
            ),
            models.Index(fields=["status", "number"], name="order_by_status"),
            models.Index(Lower("email"), "number", name="order_by_email"),
            models.Index(fields=["placed_at"], name="order_by_day"),
            models.Index(fields=["changed_at"], name="order_refunding", condition=models.Q(status="refunding")),
        ]

    def __str__(self) -> str:
        return f"Order {self.number}"


class OrderLine(models.Model):
    """One product of an order. The catalog may forget the product; the order does not."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, db_index=False, related_name="lines")
    product_id = models.BigIntegerField()
    sku = models.CharField(max_length=32)
    name = models.CharField(max_length=140)
    quantity = models.IntegerField()
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "product_id"], name="order_line_once_a_product"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1, unit_price__gte=0), name="order_line_sells"),
        ]
        # In which orders a product stands; the lines of an order have the constraint's index.
        indexes: ClassVar = [models.Index(fields=["product_id", "order"], name="order_line_of_product")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.name}"

    @property
    def total(self) -> Decimal:
        return self.quantity * self.unit_price
