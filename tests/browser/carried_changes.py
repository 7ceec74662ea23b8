"""What a relay and a consumer leave behind who carried 300 changes: for pages that show it, in a shop that has neither.

Their signs of life are of tomorrow, so that they live for as long as the pages are looked at.
"""

from typing import Final

import psycopg

_TRACES: Final = """
    INSERT INTO events_trace (change_id, entity, operation, rows, transaction, committed_at, published_at, consumed_at,
                              applied_at, dropped_at, processes)
    SELECT n, CASE WHEN n % 7 = 0 THEN 'product' ELSE 'price' END, 'changed', CASE WHEN n % 9 = 0 THEN 1000 ELSE 1 END,
           700 + n / 9, at, at + ms, at + ms * 1.3, at + ms * 1.5, CASE WHEN n % 50 <> 0 THEN at + ms * 1.7 END,
           CASE WHEN n % 50 <> 0 THEN 4 ELSE 0 END
    FROM generate_series(1, 300) AS n,
         LATERAL (SELECT now() - (300 - n) * interval '1 minute' AS at,
                         (20 + n * 37 % 41 + CASE WHEN n % 60 = 0 THEN 1200 ELSE 0 END) * interval '1 ms' AS ms) AS way
"""
_STATIONS: Final = """
    INSERT INTO events_station (name, instance, seen_at, handled, dead_letters, ignored, lag)
    SELECT name, 'larder:' || pid, now() + interval '1 day', 300, 0, 0, lag
    FROM (VALUES ('relay', 4711, NULL::bigint), ('consumer', 4712, 0)) AS station (name, pid, lag)
"""
_FINISHED: Final = "UPDATE events_change SET published = 1, applied_at = now() WHERE applied_at IS NULL"


def carry_changes(database_url: str) -> None:
    _run(database_url, _TRACES, _STATIONS, _FINISHED)


def finish_changes(database_url: str) -> None:
    """What people have changed since is carried too."""
    _run(database_url, _FINISHED)


def _run(database_url: str, *statements: str) -> None:
    with psycopg.connect(database_url) as connection:
        for statement in statements:
            connection.execute(statement.encode())
