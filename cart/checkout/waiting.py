"""What becomes of a request that comes second: it waits for the first, for a while."""

import logging
from typing import Final

from django.db import connection
from django.utils import timezone

from cart.checkout.leavings import LEFT_ALONE, UNFINISHED
from cart.checkout.settling import leave_in_doubt, settle
from cart.models import Checkout
from cart.payments import PaymentInDoubtError
from shop.caching.clock import Clock, SystemClock

logger = logging.getLogger(__name__)

# Longer than the provider's time limit of 3 s: by then the first has its answer, or is in doubt.
WAITS_FOR_S: Final = 5.0
PAUSE_S: Final = 0.05
_CLOCK: Final = SystemClock()


def awaited(checkout: Checkout, *, clock: Clock = _CLOCK) -> Checkout:
    """The checkout as it is when it has come to an end or is known to be in doubt, or after five seconds.

    One that was left alone for long is the leavings of a dead process: it is settled here and now.
    """
    deadline = clock.monotonic() + WAITS_FOR_S
    while _is_being_paid(checkout):
        if timezone.now() - checkout.paying_since > LEFT_ALONE:
            return _settled(checkout)
        if clock.monotonic() > deadline:
            break
        clock.wait(PAUSE_S)
        checkout.refresh_from_db()
    return checkout


def _is_being_paid(checkout: Checkout) -> bool:
    return checkout.state == Checkout.State.PAYING and not checkout.in_doubt


def _settled(checkout: Checkout) -> Checkout:
    try:
        settle(checkout_id=checkout.pk)
    except (PaymentInDoubtError, *UNFINISHED) as error:
        logger.warning("checkout %s is left to the sweeper: %s", checkout.pk, error)
        connection.close_if_unusable_or_obsolete()
        leave_in_doubt(checkout_id=checkout.pk, key=checkout.payment_key)
    checkout.refresh_from_db()
    return checkout
