"""What people mean to buy.

    cart_cart       owns the entry "cart": the cart with all its lines. It belongs to a customer, or to whoever has its
                    id in a session.
    cart_cartline   the lines, its children. Whatever happens to them raises the version of their cart, by trigger.

The race that shaped this, if lines had no version in common, or if it were read by a statement of its own:
    1. a reader reads the lines of the cart: plums
    2. another tab adds cherries; the cart's version rises from 7 to 8
    3. the reader reads the version, 8, and stores plums under it: the fence takes that for the newest cart
So children touch their owner, and the loader reads both by one statement.
Proved by tests/races/test_cart_lines.py, with the control.

A cart that went into another one at login keeps the other's id in `merged_into`, for a tab that has not heard of it.
Locks are taken in this order: the customer, a guest's cart, the customer's cart.
"""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from shop.events.triggers import VersionField, touches, versioned

MOST_OF_ONE = 99

_ALL_GONE = pgtrigger.Trigger(
    name="cart_line_truncate",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Truncate,
    func="PERFORM larder_reset('cart'); RETURN NULL;",
)


class Cart(models.Model):
    """A customer has one; a guest's has no customer, and is found by the session alone."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    # Without a constraint: the database would lock the one cart for the other, in the wrong order.
    merged_into = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    touched_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="When somebody last changed it; it is kept 30 days longer."
    )
    version = VersionField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=True) | models.Q(merged_into__isnull=True),
                name="cart_of_customer_stays",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["touched_at"], name="cart_by_age"),
            models.Index(
                fields=["merged_into"], name="cart_that_went_into", condition=models.Q(merged_into__isnull=False)
            ),
        ]
        triggers: ClassVar = versioned("cart")

    def __str__(self) -> str:
        return f"Cart {self.pk}"


class CartLine(models.Model):
    """So many pieces of one product. Name and price are copies of the moment of adding: what the shopper then saw."""

    # The database itself deletes the lines of a deleted cart: see the migration.
    cart = models.ForeignKey(
        Cart, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="lines"
    )
    product_id = models.BigIntegerField()
    quantity = models.SmallIntegerField()
    name_when_added = models.CharField(max_length=140)
    price_when_added = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True, help_text="Of that price; empty where there was none.")
    added_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cart", "product_id"], name="cart_line_once_a_product"),
            models.CheckConstraint(condition=models.Q(quantity__range=(1, MOST_OF_ONE)), name="cart_line_1_to_99"),
        ]
        triggers: ClassVar = [
            _ALL_GONE,
            *touches("cart_cart", owner_key="id", child_key="cart_id", child="cart_line"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.name_when_added}"
