"""How long the ledger of batches is kept.

A batch must be known for as long as Redis may bring it back: it was persisted, the flusher was killed before it deleted
it, and nothing flushed since; or Redis was restored from a copy of last week. Thirty days are longer than both. Staff
may replay a dead batch at any time, so what the ledger knows of those it knows for ever.

Proved, with its control, by tests/integration/test_ledger_retention.py.
"""

from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from analytics.view_buffer import VIEW_BUFFER

KEPT: Final = timedelta(days=30)
BATCHES_PER_STATEMENT: Final = 5_000

_PRUNE: Final = """
    DELETE FROM analytics_flushedbatch WHERE batch IN (
        SELECT batch FROM analytics_flushedbatch AS old
        WHERE flushed_at < %s AND NOT EXISTS (SELECT FROM analytics_deadbatch AS dead WHERE dead.batch = old.batch)
        ORDER BY flushed_at LIMIT %s
    )
"""


def prune_batches() -> int:
    """Delete old rows of the ledger, and forget the lanes of processes that are gone; how many rows there were.

    Raises StoreError when Redis does not answer; the ledger is pruned by then.
    """
    before = timezone.now() - KEPT
    deleted = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_PRUNE, [before, BATCHES_PER_STATEMENT])
            gone: int = cursor.rowcount
            deleted += gone
            if gone < BATCHES_PER_STATEMENT:
                break
    VIEW_BUFFER.retire_lanes()
    return deleted
