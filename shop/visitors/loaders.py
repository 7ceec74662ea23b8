"""How a cached session comes out of the database: one statement, the value and its version together.

Which sessions live, the row says alone where Redis knows nothing better, and is then at most a minute late. Redis knows
better when it has heard of every use: 1. a use that Redis does not take is noted in the row at once; 2. so the row is
ahead of what Redis believes the row has noted; 3. Redis is not believed. A session that is over is no row to the cache,
like one that never was, so that it is never stored again.
"""

from collections.abc import Sequence

from django.db import connection

from shop.caching.entry import Versioned
from shop.caching.sliding import Reading
from shop.caching.store import Use
from shop.visitors.session_times import IDLE, moment
from shop.visitors.snapshots import SessionSnapshot

_LIVING = """
    SELECT id, version, digest, data, user_id, (extract(epoch FROM last_used_at) * 1000)::bigint
    FROM visitors_session WHERE id = ANY(%s) AND expires_at >= %s
"""


def load_sessions(
    session_ids: Sequence[int], *, now_ms: int, reading: Reading
) -> dict[int, Versioned[SessionSnapshot]]:
    """The living ones; `reading` brings what Redis knows of their use."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVING, [list(session_ids), moment(now_ms)])
        rows = cursor.fetchall()
    found = {row[0]: Versioned(row[1], SessionSnapshot(*row[2:])) for row in rows}
    return {each: row for each, row in found.items() if not _is_over(row.value, reading.before, now_ms)}


def _is_over(session: SessionSnapshot, use: Use, now_ms: int) -> bool:
    """To the second, where Redis has heard of every use."""
    return session.user_id is not None and use.noted_ms >= session.noted_ms and now_ms - use.last_ms > IDLE * 1000
