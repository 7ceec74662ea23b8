"""Everything about money that somebody began and nobody has ended."""

from datetime import timedelta

from cart.checkout.refunding import refund_due
from cart.checkout.settling import LEFT_ALONE, settle_due


def sweep(*, older_than: timedelta = LEFT_ALONE) -> int:
    """Settle checkouts and refunds that were left for `older_than`; returns how many. May run twice at once."""
    return settle_due(older_than=older_than) + refund_due(older_than=older_than)
