"""What of the change log is still to be done: which rows are due, and which are finished.

A row is claimed by making it due again later, in one statement, and published after that statement has committed. So a
relay that dies in between has lost nothing: the row comes up again. Pauses grow, so that a consumer who is away for
long does not get the same change a thousand times. Proved by tests/integration/test_relay.py.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db import connection

# Seconds until a row that nobody has finished is published again: doubled each time, up to the longest.
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 15.0
# A row that could not be handed to the broker is tried again after this long.
RETRY_S: Final = 0.2

# Rows that another relay is about to claim are passed over.
_CLAIM: Final = """
    WITH due AS MATERIALIZED (
        SELECT id FROM events_change
        WHERE applied_at IS NULL AND due_at <= statement_timestamp()
        ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
    )
    UPDATE events_change AS change
    SET published = published + 1,
        due_at = clock_timestamp() + make_interval(secs => least(%s * 2.0 ^ least(published, 20), %s))
    FROM due, events_databaseidentity AS identity
    WHERE change.id = due.id AND identity.id = 1
    RETURNING change.id, identity.database_id, change.entity, change.operation, change.ids, change.versions,
        change.transaction, change.retired_database,
        (extract(epoch FROM coalesce(
            CASE WHEN current_setting('track_commit_timestamp') = 'on'
                 THEN pg_xact_commit_timestamp((change.transaction %% 4294967296)::text::xid) END,
            change.written_at)) * 1000)::bigint
"""
_CLAIM_NEW: Final = _CLAIM.replace("WHERE applied_at IS NULL", "WHERE published = 0 AND applied_at IS NULL")
_GIVE_BACK: Final = """
    UPDATE events_change SET published = published - 1, due_at = clock_timestamp() + make_interval(secs => %s)
    WHERE id = ANY(%s) AND applied_at IS NULL
"""
_FINISH: Final = """
    UPDATE events_change SET applied_at = clock_timestamp() WHERE id = ANY(%s) AND applied_at IS NULL
"""
_ON_THE_WAY: Final = """
    SELECT count(*) FROM (
        SELECT FROM events_change WHERE applied_at IS NULL AND due_at > statement_timestamp() LIMIT %s
    ) AS published
"""
_OLDEST: Final = """
    SELECT count(*), extract(epoch FROM clock_timestamp() - min(written_at))
    FROM (
        SELECT written_at FROM events_change WHERE applied_at IS NULL ORDER BY due_at, id LIMIT %s
    ) AS unfinished
"""
COUNTED_ROWS: Final = 100_000


class Claimed(NamedTuple):
    """A row of the log that is to be published; `committed_ms` is since 1970, `database` the id now in force."""

    id: int
    database: str
    entity: str
    operation: str
    ids: list[int]
    versions: list[int]
    transaction: int
    retired: str
    committed_ms: int


class Backlog(NamedTuple):
    """How many rows are unfinished (up to COUNTED_ROWS), and for how many seconds the oldest of them has waited."""

    rows: int
    oldest_s: float


def claim(*, most: int) -> list[Claimed]:
    """The rows that are due, at most so many, the oldest first; they will be due again unless they are finished."""
    return _claimed(_CLAIM, most)


def claim_new(*, most: int) -> list[Claimed]:
    """Of the rows that are due only those that were never published."""
    return _claimed(_CLAIM_NEW, most)


def _claimed(statement: str, most: int) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [most, FIRST_PAUSE_S, LONGEST_PAUSE_S])
        return sorted(Claimed(*row) for row in cursor.fetchall())


def give_back(ids: Sequence[int]) -> None:
    """These were claimed and not published: they are due again shortly."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [RETRY_S, list(ids)])


def finish(ids: Sequence[int]) -> int:
    """Redis has taken these changes; returns how many were not finished before."""
    with connection.cursor() as cursor:
        cursor.execute(_FINISH, [list(ids)])
        return int(cursor.rowcount)


def on_the_way(*, most: int) -> int:
    """How many rows are published and not finished, counted up to `most`."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_THE_WAY, [most])
        return int(cursor.fetchone()[0])


def backlog() -> Backlog:
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, [COUNTED_ROWS])
        rows, oldest = cursor.fetchone()
    return Backlog(int(rows), float(oldest or 0.0))
