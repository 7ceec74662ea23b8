"""Views in numbers, for staff and for whoever watches the shop: how many came in, what waits, what was lost.

Invariant: each statement is bounded by an index, however many batches were flushed, and however many of them died.
Proved by tests/integration/test_views_admin_scale.py and test_dashboard.py.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from analytics.view_buffer import VIEW_BUFFER
from analytics.visitors import VISITORS
from catalog.figures import Figure
from shop.caching.buffer import Held
from shop.caching.recorder import RecorderFigures
from shop.caching.store import StoreError

# A flush every two seconds makes 43,200 batches a day; several workers may make more.
COUNTED_BATCHES: Final = 50_000
# Of those that tell of a loss, and of those that are dead.
COUNTED_TROUBLES: Final = 1_000

_LEDGER: Final = """
    SELECT
        (SELECT extract(epoch FROM now() - flushed_at) FROM analytics_flushedbatch ORDER BY flushed_at DESC LIMIT 1),
        lossy.dropped, lossy.batches, dead.dropped, dead.batches
    FROM (
        SELECT count(*) AS batches, coalesce(sum(dropped), 0) AS dropped FROM (
            SELECT dropped FROM analytics_flushedbatch WHERE dropped > 0 ORDER BY flushed_at DESC LIMIT %(troubles)s
        ) AS newest
    ) AS lossy, (
        SELECT count(*) AS batches, coalesce(sum(dropped), 0) AS dropped FROM (
            SELECT dropped FROM analytics_deadbatch WHERE replayed_at IS NULL LIMIT %(troubles)s
        ) AS waiting
    ) AS dead
"""
_SINCE: Final = """
    SELECT coalesce(sum(increments), 0), count(*) FROM (
        SELECT increments FROM analytics_flushedbatch WHERE flushed_at >= %s ORDER BY flushed_at DESC LIMIT %s
    ) AS newest
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFigures:
    """What the database knows. `last_flush_age_s` is None before the first batch; `dropped` are the views that
    processes had no room for, as far as the ledger goes back, and at least so many where it tells of COUNTED_TROUBLES
    losses or more; `dead` batches wait for somebody to replay them, counted up to COUNTED_TROUBLES."""

    last_flush_age_s: float | None
    dropped: Figure
    dead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBehindFigures:
    """`own` is the answering process's part; `held` is None while Redis can't be asked."""

    own: RecorderFigures
    held: Held | None
    ledger: LedgerFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """`visitors` are about so many; None while Redis can't be asked."""

    views: Figure
    visitors: int | None


def write_behind_figures() -> WriteBehindFigures:
    """One statement, and one round trip to Redis."""
    return WriteBehindFigures(own=own_figures(), held=held_views(), ledger=ledger_figures())


def own_figures() -> RecorderFigures:
    """Of the answering process. Asks nobody."""
    return VIEW_BUFFER.figures()


def uncounted_visitors() -> int:
    """How often the answering process could not count who looked. Asks nobody."""
    return VISITORS.uncounted


def held_views() -> Held | None:
    """What the buffer holds; None while Redis can't be asked."""
    try:
        return VIEW_BUFFER.held()
    except StoreError:
        return None


def ledger_figures() -> LedgerFigures:
    age_s, dropped, lossy, dropped_by_dead, dead = _row(_LEDGER, {"troubles": COUNTED_TROUBLES})
    return LedgerFigures(
        last_flush_age_s=None if age_s is None else max(0.0, float(age_s)),
        dropped=Figure(number=int(dropped + dropped_by_dead), is_exact=max(lossy, dead) < COUNTED_TROUBLES),
        dead=dead,
    )


def day_figures(*, now: datetime, ask_redis: bool) -> DayFigures:
    """Views that were flushed since midnight, and different visitors since then. `now` is in UTC. One statement."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    views, batches = _row(_SINCE, [midnight, COUNTED_BATCHES])
    return DayFigures(
        views=Figure(number=int(views), is_exact=batches < COUNTED_BATCHES),
        visitors=VISITORS.of(day=now.date()) if ask_redis else None,
    )


def _row(statement: str, parameters: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: tuple[Any, ...] = cursor.fetchone()
        return row
