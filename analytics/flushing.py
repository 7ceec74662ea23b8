"""Batches of views into PostgreSQL, each once, and the new totals into the cache.

Invariants, proved by tests/races/test_flush.py and tests/failures/test_views_killed.py, with their controls:
1. A batch's id and its counts are written by one transaction. An id that stands in the ledger changes nothing; of two
   transactions with one id the second waits for the first.
2. Rows are written in the order of products, so that two flushes never wait for each other in a circle.
3. The cache is touched after the commit, with what the statement returned.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connection, transaction

from analytics.models import DeadBatch
from analytics.snapshots import ViewsSnapshot
from analytics.sync_points import Point, reached
from analytics.view_buffer import VIEW_BUFFER, unpacked
from analytics.views_cache import VIEWS_CACHE
from shop.caching.buffer import Batch
from shop.caching.entry import Versioned
from shop.caching.write_behind import Flushed, RefusedError, UnavailableError

LONGEST_REASON: Final = 2_000

_LEDGER: Final = """
    INSERT INTO analytics_flushedbatch (batch, counters, increments, dropped) VALUES (%s, %s, %s, %s)
    ON CONFLICT (batch) DO NOTHING
"""
_COUNT: Final = """
    WITH counted AS MATERIALIZED (
        SELECT * FROM unnest(%s::bigint[], %s::date[], %s::bigint[]) AS c (product_id, day, count) ORDER BY 1, 2
    ),
    daily AS (
        INSERT INTO analytics_dailyviews AS kept (product_id, day, count) SELECT * FROM counted
        ON CONFLICT (product_id, day) DO UPDATE SET count = kept.count + EXCLUDED.count
    )
    INSERT INTO analytics_productviews AS kept (product_id, total)
    SELECT product_id, sum(count) FROM counted GROUP BY product_id ORDER BY product_id
    ON CONFLICT (product_id) DO UPDATE SET total = kept.total + EXCLUDED.total
    RETURNING product_id, total, version
"""


def flush_views() -> Flushed:
    """Persist what is pending, and batches that are left. Raises StoreError and UnavailableError: nothing is lost."""
    return VIEW_BUFFER.flush(persist=persist, bury=bury)


def persist(batch: Batch) -> bool:
    """Whether the batch was new. Raises RefusedError and UnavailableError."""
    try:
        with transaction.atomic():
            totals = count_once(batch)
            if totals is not None:
                transaction.on_commit(partial(show, totals))
    except (DataError, IntegrityError) as error:
        raise RefusedError(f"{type(error).__name__}: {error}") from error
    except (DatabaseError, InterfaceError) as error:
        raise UnavailableError(f"{type(error).__name__}: {error}") from error
    return totals is not None


def bury(batch: Batch, reason: str) -> None:
    """Keep a batch that can't be counted, once; of names that JSON in PostgreSQL can't hold, an escaped form.

    Raises UnavailableError.
    """
    try:
        DeadBatch.objects.get_or_create(
            batch=batch.batch_id,
            defaults={
                "counts": {_escaped(key): count for key, count in batch.counts.items()},
                "dropped": batch.dropped,
                "reason": reason[:LONGEST_REASON],
                "tries": batch.tries,
            },
        )
    except (DatabaseError, InterfaceError) as error:
        raise UnavailableError(f"{type(error).__name__}: {error}") from error


def count_once(batch: Batch) -> "Mapping[int, Versioned[ViewsSnapshot]] | None":
    """Within the caller's transaction: the new totals, or None where the batch had been counted before.

    Raises RefusedError for counters that nobody can read.
    """
    columns = counters_of(batch)
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER, [batch.batch_id, len(batch.counts), batch.increments, batch.dropped])
        if cursor.rowcount == 0:
            return None
        reached(Point.LEDGERED)
        totals = count(cursor, columns)
        reached(Point.COUNTED)
        return totals


def count(cursor: Any, columns: tuple[Sequence[int], Sequence[date], Sequence[int]]) -> Mapping[int, Any]:
    """Add products, days and counts to both tables, by one statement; the new totals."""
    cursor.execute(_COUNT, columns)
    return {product_id: Versioned(version, ViewsSnapshot(product_id, total)) for product_id, total, version in cursor}


def counters_of(batch: Batch) -> tuple[list[int], list[date], list[int]]:
    """A batch as three columns. Raises RefusedError."""
    try:
        counters = [unpacked(key) for key in batch.counts]
    except (ValueError, OverflowError) as error:
        raise RefusedError(f"not a counter of views: {error}") from error
    return [one.product_id for one in counters], [one.day for one in counters], list(batch.counts.values())


def _escaped(key: str) -> str:
    """No NUL, no half of a surrogate pair: `a\\x00b`. What `packed` makes stays as it is, and no two become one."""
    return key.encode("unicode_escape").decode("ascii")


def show(totals: Mapping[int, Versioned[ViewsSnapshot]]) -> None:
    """Put committed totals into the cache."""
    reached(Point.COMMITTED)
    VIEWS_CACHE.put_many(totals)
