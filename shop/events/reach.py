"""How long what a transaction wrote took to reach everyone, by the traces that are kept of the last 1,000 changes.

    reach = reach_of(sale.started_in, since=sale.started_at)
    reach.applied_ms    until Redis had the last of it
    reach.dropped_ms    until the last process that told so had dropped its own copies

Whoever wants to know it later keeps the transaction's number in a row of their own, beside the time: the change log,
which has it too, forgets what was finished 10 minutes ago.

Proved by tests/integration/test_reach.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, F, Max, Min, Sum

from shop.events.durations import said_ms
from shop.events.models import Trace

# From the stamp to the commit. A database that was restored into another server counts its transactions anew: what has
# the same number at another time is not meant.
LONGEST_TRANSACTION: Final = timedelta(days=1)
# A trace has the commit's time in whole milliseconds, rounded down.
ROUNDED: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """`changes` rows of the log, which name `rows` ids. The times are those of whoever came last.

    `dropped_at` is None while no process has told. `processes` is how many have told of each of the changes, at least.
    """

    committed_at: datetime
    applied_at: datetime
    dropped_at: datetime | None
    applied_ms: float
    dropped_ms: float | None
    changes: int
    rows: int
    processes: int

    def __str__(self) -> str:
        """`62 ms until Redis had it, 70 ms until the last process had dropped its copies`."""
        told = f"{said_ms(self.applied_ms)} until Redis had it"
        if self.dropped_ms is None:
            return told
        return f"{told}, {said_ms(self.dropped_ms)} until the last process had dropped its copies"


def reach_of(transaction_id: int | None, *, since: datetime) -> Reach | None:
    """Of the transaction that stamped a row at that time. One statement.

    None when there are no traces of it: not yet, or not any more; or when nobody has written down which it was.
    """
    if transaction_id is None:
        return None
    committed = (since - ROUNDED, since + LONGEST_TRANSACTION)
    found = Trace.objects.filter(transaction=transaction_id, committed_at__range=committed).aggregate(
        changes=Count("pk"),
        named=Sum("rows"),
        commit=Max("committed_at"),
        last_applied=Max("applied_at"),
        last_dropped=Max("dropped_at"),
        applied=Max(F("applied_at") - F("committed_at")),
        dropped=Max(F("dropped_at") - F("committed_at")),
        told=Min("processes"),
    )
    if not found["changes"]:
        return None
    return Reach(
        committed_at=found["commit"],
        applied_at=found["last_applied"],
        dropped_at=found["last_dropped"],
        applied_ms=_ms(found["applied"]),
        dropped_ms=None if found["dropped"] is None else _ms(found["dropped"]),
        changes=found["changes"],
        rows=found["named"],
        processes=found["told"],
    )


def _ms(duration: timedelta) -> float:
    """Nothing takes less than no time, whatever two clocks say."""
    return max(0.0, duration / timedelta(milliseconds=1))
