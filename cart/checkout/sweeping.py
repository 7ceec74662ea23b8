"""Everything about money that somebody began and nobody has ended."""

import logging
from datetime import timedelta

from django.db import DatabaseError, InterfaceError

from cart.checkout.leavings import LEFT_ALONE
from cart.checkout.refunding import refund_due
from cart.checkout.settling import settle_due

logger = logging.getLogger(__name__)


def sweep(*, older_than: timedelta = LEFT_ALONE) -> int:
    """Settle checkouts and refunds that were left for `older_than`; returns how many. May run twice at once.

    Refunds are made whether or not checkouts can be found.
    """
    settled = 0
    try:
        settled = settle_due(older_than=older_than)
    except (DatabaseError, InterfaceError):
        logger.exception("checkouts can't be settled now")
    return settled + refund_due(older_than=older_than)
