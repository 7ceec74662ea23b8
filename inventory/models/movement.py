"""The ledger: every change of a stock row, with what it was and why.

inventory_movement   append-only, and PostgreSQL sees to that: triggers refuse UPDATE, DELETE and TRUNCATE, whoever
                     asks. A wrong entry is set right by another one. The sums of a product's changes are its stock row,
                     always: one statement writes both (inventory/operations/ledger.py), and `manage.py reconcile` adds.

Rows outlive their product. It is not cached, on purpose: nobody reads it but staff, who want what is there now.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from inventory.models.reservation import Reservation

LONGEST_REASON = 200

# Who means to erase the ledger with everything else says so: the tests' flush, after each test.
_ERASABLE = "current_setting('larder.ledger', true) = 'erasable'"
_REFUSE = "RAISE EXCEPTION 'the ledger of stock is append-only' USING ERRCODE = 'restrict_violation';"


def _refusing(name: str, operation: pgtrigger.Operation, *, unless: str = "") -> pgtrigger.Trigger:
    func = f"IF {unless} THEN RETURN NULL; END IF; {_REFUSE}" if unless else _REFUSE
    return pgtrigger.Trigger(
        name=name, level=pgtrigger.Statement, when=pgtrigger.Before, operation=operation, func=func
    )


class Movement(models.Model):
    """One change of one product's stock."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "received"
        ADJUSTED = "adjusted", "adjusted"
        HELD = "held", "held"
        RELEASED = "released", "released"
        SOLD = "sold", "sold"
        RETURNED = "returned", "returned"

    product_id = models.BigIntegerField("product")
    kind = models.CharField(max_length=10, choices=Kind)
    on_hand_change = models.BigIntegerField("on hand")
    held_change = models.BigIntegerField("held")
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    user_id = models.BigIntegerField("user", null=True, help_text="Who of the staff it was; empty for the shop itself.")
    created_at = models.DateTimeField("at", default=timezone.now, db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(
                    Q(kind__in=("received", "returned"), on_hand_change__gt=0, held_change=0)
                    | (Q(kind="adjusted", held_change=0) & ~Q(on_hand_change=0))
                    | Q(kind="held", on_hand_change=0, held_change__gt=0)
                    | Q(kind="released", on_hand_change=0, held_change__lt=0)
                    | Q(kind="sold", on_hand_change__lt=0, held_change=F("on_hand_change"))
                ),
                name="movement_as_its_kind",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["product_id", "id"], name="movement_of_product"),
            models.Index(fields=["product_id", "id"], name="movement_by_staff", condition=Q(user_id__isnull=False)),
            models.Index(fields=["reservation"], name="movement_of_res", condition=Q(reservation__isnull=False)),
        ]
        triggers: ClassVar = [
            _refusing("ledger_is_append_only", pgtrigger.Update | pgtrigger.Delete),
            _refusing("ledger_is_kept", pgtrigger.Truncate, unless=_ERASABLE),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.on_hand_change:+} on hand, {self.held_change:+} held"
