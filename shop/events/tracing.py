"""Traces: how long each change took to reach everyone, stage by stage; those of the 1,000 applied last are kept.

Beside them a histogram counts for each stage, since the database was made, after how many milliseconds changes had come
there. A change that is applied again, or told of again, keeps its first times. Proved by
tests/integration/test_tracing.py.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db import connection, transaction

from shop.events.messages import CHANGED, RESET, Event

KEPT: Final = 1_000
# Upper bounds of the buckets, in ms.
BOUNDS_MS: Final = (10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)

_INSERT: Final = """
    INSERT INTO events_trace (change_id, entity, operation, rows, transaction,
                              committed_at, published_at, consumed_at, applied_at)
    SELECT id, entity, operation, rows, transaction, to_timestamp(committed / 1000.0), to_timestamp(published / 1000.0),
           to_timestamp(%s / 1000.0), to_timestamp(%s / 1000.0)
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[])
        AS event (id, entity, operation, rows, transaction, committed, published)
    ORDER BY id
    ON CONFLICT (change_id) DO NOTHING
    RETURNING greatest(0, extract(epoch FROM applied_at - committed_at) * 1000)
"""
# By when they were applied, and not by number: a change that was long on its way has a low one.
_PRUNE: Final = """
    DELETE FROM events_trace
    WHERE (applied_at, change_id) <= (
        SELECT applied_at, change_id FROM events_trace ORDER BY applied_at DESC, change_id DESC OFFSET %s LIMIT 1
    )
"""
_DROPPED: Final = """
    UPDATE events_trace
    SET dropped_at = greatest(coalesce(dropped_at, '-infinity'), to_timestamp(%s / 1000.0)), processes = processes + 1
    WHERE change_id = ANY(%s)
    RETURNING greatest(0, %s - extract(epoch FROM committed_at) * 1000)
"""
_COUNT: Final = """
    INSERT INTO events_stagecount (stage, bound_ms, changes, total_ms)
    SELECT %s, coalesce((SELECT min(upper) FROM unnest(%s::float[]) AS upper WHERE upper >= ms), 0) AS bound,
           count(*), sum(ms)
    FROM unnest(%s::float[]) AS ms
    GROUP BY bound ORDER BY bound
    ON CONFLICT (stage, bound_ms) DO UPDATE
    SET changes = events_stagecount.changes + excluded.changes,
        total_ms = events_stagecount.total_ms + excluded.total_ms
"""


class Times(NamedTuple):
    """When a batch was taken from the broker, and when Redis had taken it: ms since 1970."""

    consumed_ms: int
    applied_ms: int


def trace(events: Sequence[Event], times: Times) -> None:
    """Write down the way of these changes into Redis."""
    if not events:
        return
    rows = [
        (one.id, one.entity, _operation(one), len(one.ids), one.transaction, one.committed_at, one.published_at)
        for one in {event.id: event for event in events}.values()
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_INSERT, [*times, *(list(column) for column in zip(*rows, strict=True))])
        _count("applied", [float(ms) for (ms,) in cursor.fetchall()])
        cursor.execute(_PRUNE, [KEPT])


def trace_dropped(change_ids: Sequence[int], *, at_ms: int) -> None:
    """This process shows nothing any more of before these changes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DROPPED, [at_ms, sorted(change_ids), at_ms])
        _count("dropped", [float(ms) for (ms,) in cursor.fetchall()])


def _count(stage: str, times_ms: Sequence[float]) -> None:
    if times_ms:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [stage, list(BOUNDS_MS), list(times_ms)])


def _operation(event: Event) -> str:
    return event.type if event.type in (CHANGED, RESET) else event.type.removeprefix(f"{event.entity}_")
