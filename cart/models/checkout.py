"""A checkout, from the first request until it is an order or is known never to become one.

    cart_checkout     the idempotency record and the memory of the steps: with it any process can go on where another
                      one was killed
    cart_payment      what the provider was asked: one row an attempt, written before it is asked
    cart_mockcharge   the books of the mock provider, which stand for a bank's; the shop itself never reads them

None of it is cached: see cart/orders.py. How a checkout goes through its states is in cart/checkout/.
"""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

LONGEST_KEY = 200
LONGEST_EMAIL = 254
LONGEST_NAME = 120
LONGEST_ADDRESS = 500
# What the columns of totals and payments hold.
LARGEST_TOTAL = Decimal("999999999999.99")


class Checkout(models.Model):
    """`id` becomes the order's. The card's number is never stored, in no form: `body_hash` goes over its last four."""

    class State(models.TextChoices):
        STARTED = "started", "started"  # only ever seen by the transaction that makes it
        PAYING = "paying", "paying"
        COMPLETED = "completed", "completed"
        DECLINED = "declined", "declined"
        REFUNDING = "refunding", "refunding"
        REFUNDED = "refunded", "refunded"
        ABANDONED = "abandoned", "abandoned"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, db_index=False, related_name="+"
    )
    guest = models.CharField(max_length=64, blank=True, help_text="The token of a visitor's session.")
    key = models.CharField(
        max_length=LONGEST_KEY, help_text="What the caller named this checkout: its Idempotency-Key."
    )
    body_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    cart_id = models.BigIntegerField()
    reservation_id = models.BigIntegerField(null=True)
    attempt = models.SmallIntegerField(default=1, help_text="Goes up when an abandoned checkout is tried again.")
    payment_key = models.CharField(max_length=60, help_text="What the provider knows this attempt by.")
    lines = models.JSONField(default=list, help_text="What was in the cart, at the prices of that moment.")
    total = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    email = models.CharField(max_length=LONGEST_EMAIL)
    name = models.CharField(max_length=LONGEST_NAME)
    address = models.CharField(max_length=LONGEST_ADDRESS)
    card_last4 = models.CharField(max_length=4)
    in_doubt = models.BooleanField(default=False, help_text="The provider did not answer; the sweeper asks it.")
    outcome = models.CharField(max_length=40, blank=True, help_text="Why it did not become an order.")
    short = models.JSONField(default=list, help_text="The products of which there was not enough when it was paid.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    paying_since = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    is_settled = models.GeneratedField(
        expression=models.ExpressionWrapper(~models.Q(state__in=("paying", "refunding")), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "key"], condition=models.Q(user__isnull=False), name="checkout_once_a_customers_key"
            ),
            # A deleted customer leaves rows that are nobody's, and their keys may be the same.
            models.UniqueConstraint(
                fields=["guest", "key"],
                condition=models.Q(user__isnull=True) & ~models.Q(guest=""),
                name="checkout_once_a_guests_key",
            ),
            models.CheckConstraint(
                condition=models.Q(state="started")
                | models.Q(reservation_id__isnull=False, total__gte=0, total__isnull=False),
                name="checkout_paying_for_a_hold",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["changed_at", "id"],
                name="checkout_unsettled",
                condition=models.Q(state__in=("paying", "refunding")),
            ),
            models.Index(fields=["cart_id"], name="checkout_paying_for", condition=models.Q(state="paying")),
            # The lists of staff: what is in doubt first, then the newest.
            models.Index(fields=["is_settled", "-created_at", "-id"], name="checkout_doubt_first"),
            models.Index(fields=["state", "created_at", "id"], name="checkout_by_state"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Payment(models.Model):
    """One attempt to be paid. `in doubt` is what it is before the answer, whether or not anybody waits for one."""

    class Status(models.TextChoices):
        IN_DOUBT = "in_doubt", "in doubt"
        CHARGED = "charged", "charged"
        DECLINED = "declined", "declined"
        CANCELLED = "cancelled", "never made"
        REFUNDED = "refunded", "refunded"

    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="payments")
    order = models.ForeignKey("cart.Order", on_delete=models.PROTECT, null=True, related_name="payments")
    key = models.CharField(max_length=60, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.IN_DOUBT)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    card_last4 = models.CharField(max_length=4)
    reference = models.CharField(max_length=60, blank=True, help_text="What the provider calls it.")
    reason = models.CharField(max_length=40, blank=True, help_text="Why it was declined.")
    asked_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="payment_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}, {self.get_status_display()}"


class MockCharge(models.Model):
    """One key in the mock bank's books; cart/payments/bank_books.py writes it, in no transaction of ours."""

    key = models.CharField(max_length=60, primary_key=True)
    status = models.CharField(max_length=10)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, blank=True)
    reference = models.CharField(max_length=60)
    reason = models.CharField(max_length=40, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
