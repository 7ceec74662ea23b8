"""How long the ledger of batches is kept, and how long the views of single days.

A batch must be known for as long as Redis may bring it back: it was persisted, the flusher was killed before it deleted
it, and nothing flushed since; or Redis was restored from a copy of last week. Thirty days are longer than both. Staff
may replay a dead batch at any time, so what the ledger knows of those it knows for ever. Proved, with its control, by
tests/integration/test_ledger_retention.py.

The totals of products are kept for ever. Of their days nobody reads any but popularity, NEWEST_DAYS before a product's
last day with views, and the admin, two weeks: so twice NEWEST_DAYS are kept, and what is counted three months late is
scored as it would have been in time. Proved by tests/integration/test_days_retention.py.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from analytics.popularity import NEWEST_DAYS
from analytics.view_buffer import VIEW_BUFFER

KEPT: Final = timedelta(days=30)
BATCHES_PER_STATEMENT: Final = 5_000
DAYS_KEPT: Final = 2 * NEWEST_DAYS
DAYS_PER_STATEMENT: Final = 5_000

_PRUNE: Final = """
    DELETE FROM analytics_flushedbatch WHERE batch IN (
        SELECT batch FROM analytics_flushedbatch AS old
        WHERE flushed_at < %s AND NOT EXISTS (SELECT FROM analytics_deadbatch AS dead WHERE dead.batch = old.batch)
        ORDER BY flushed_at LIMIT %s
    )
"""

# Rows that a flush is adding to are left for the next time, so that the two never wait for each other in a circle.
_PRUNE_DAYS: Final = """
    DELETE FROM analytics_dailyviews WHERE (product_id, day) IN (
        SELECT product_id, day FROM analytics_dailyviews WHERE day < current_date - %s
        ORDER BY day, product_id LIMIT %s FOR UPDATE SKIP LOCKED
    )
"""


def prune() -> int:
    """All of it; how many rows there were. Raises StoreError as `prune_batches` does."""
    return prune_days() + prune_batches()


def prune_batches() -> int:
    """Delete old rows of the ledger, and forget the lanes of processes that are gone; how many rows there were.

    Raises StoreError when Redis does not answer; the ledger is pruned by then.
    """
    deleted = _delete(_PRUNE, timezone.now() - KEPT, BATCHES_PER_STATEMENT)
    VIEW_BUFFER.retire_lanes()
    return deleted


def prune_days() -> int:
    """Delete the views of days that nobody reads any more; how many rows there were."""
    return _delete(_PRUNE_DAYS, DAYS_KEPT, DAYS_PER_STATEMENT)


def _delete(statement: str, before: datetime | int, most: int) -> int:
    """Again and again, until there are fewer than `most`."""
    deleted = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [before, most])
            gone: int = cursor.rowcount
        deleted += gone
        if gone < most:
            return deleted
