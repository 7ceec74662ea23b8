"""What others left unfinished, one row after the other: claimed, brought to its end, or left for the next run.

A run has a budget of time: 1. the provider hangs; 2. a hundred rows wait three seconds each; 3. nothing else is
settled for five minutes. And a claim is for one row, by a time stamp that moves it to the back: what a run has no time
for stays in front for the next one, and a row that can't be brought to its end holds up no other.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from cart.payments import PaymentInDoubtError
from shop.caching.clock import Clock, SystemClock

logger = logging.getLogger(__name__)

# Longer than a living request pays: 3 s for the provider (TIME_LIMIT_S), and 2 s for each of three locks that it may
# wait for, the goods', the cart's and the goods' again. One that is held up still longer is overtaken, and then finds
# its payment cancelled or its order written: tests/integration/test_checkout_late_answers.py.
LEFT_ALONE: Final = timedelta(seconds=10)
MOST_AT_ONCE: Final = 100
BUDGET_S: Final = 4.0
SYSTEM_CLOCK: Final = SystemClock()

# What is wrong with the database, or with this one row. Not an end of the task: that is no row's fault.
UNFINISHED: Final = (DatabaseError, InterfaceError, LookupError, ObjectDoesNotExist)


def finish_each(
    *, claim: str, finish: Callable[[UUID], None], older_than: timedelta, limit: int, clock: Clock = SYSTEM_CLOCK
) -> int:
    """Call `finish` with the rows that `claim` finds left for `older_than`, oldest first; returns how many it finished.

    `claim` stamps one row of those before a moment with the present, and returns its id.
    """
    finished, due_before = 0, timezone.now() - older_than
    deadline = clock.monotonic() + BUDGET_S
    for _ in range(limit):
        row = _claimed(claim, due_before) if clock.monotonic() < deadline else None
        if row is None:
            break
        try:
            finish(row)
        except PaymentInDoubtError as error:
            logger.warning("%s is left to the next run: %s", row, error)
            connection.close_if_unusable_or_obsolete()
        except UNFINISHED:
            logger.exception("%s can't be brought to its end now", row)
            connection.close_if_unusable_or_obsolete()
        else:
            finished += 1
    return finished


def _claimed(claim: str, due_before: datetime) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(claim, [timezone.now(), due_before])
        found = cursor.fetchone()
    return found[0] if found else None
