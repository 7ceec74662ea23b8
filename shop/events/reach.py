"""How long what some transactions wrote took to reach everyone, by the traces that are kept of the last 1,000 changes.

    reach = reach_of([transaction_id])
    reach.applied_ms    until Redis had the last of it
    reach.dropped_ms    until the last process that told so had dropped its own copies

Whose transaction it was, only the change log knows, and it forgets what was finished 10 minutes ago. So a sale's reach
can be told for as long.

Proved by tests/integration/test_reach.py.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, F, Max, Min, Sum

from shop.events.durations import said_ms
from shop.events.models import Change, Trace

# Between the time that a row of an entity is stamped with, and that of the log's row about it: no statement is longer.
LONGEST_STATEMENT: Final = timedelta(minutes=1)
MOST_TRANSACTIONS: Final = 10


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


def reach_of(transaction_ids: Collection[int]) -> Reach | None:
    """None when there are no traces of these transactions: not yet, or not any more. One statement."""
    if not transaction_ids:
        return None
    found = Trace.objects.filter(transaction__in=transaction_ids).aggregate(
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


def reach_of_news(*, entity: str, entity_id: int, operation: str, since: datetime) -> Reach | None:
    """Of the transaction that logged this news of an entity at that time, or shortly after. Two statements.

    reach_of_news(entity="flash_sale", entity_id=7, operation="started", since=sale.started_at)
    """
    news = Change.objects.filter(
        entity=entity,
        operation=operation,
        ids=[entity_id],
        written_at__gte=since,
        written_at__lt=since + LONGEST_STATEMENT,
    )
    return reach_of(list(news.order_by("written_at").values_list("transaction", flat=True)[:MOST_TRANSACTIONS]))


def _ms(duration: timedelta) -> float:
    """Nothing takes less than no time, whatever two clocks say."""
    return max(0.0, duration / timedelta(milliseconds=1))
