"""Finding a session is using it: what a request pays for its session.

    warm                       one round trip, which reads it and notes the use; no SQL
    warm, once a minute        and one UPDATE of its row, and a round trip that tells Redis of it
    not in the cache           and one SELECT, a lease and a fill
    Redis does not answer      one SELECT and one UPDATE

Invariants:
- Nobody is sent away before their time is over, whatever Redis forgets: a use that Redis did not take is in the row.
- The row first, then Redis: it never believes that a row has noted what it has not.
- A row that somebody holds is not waited for, and a database that can't write fails no page: the next use tries again.
  After a failure the note of once a minute has a pause, for Redis knows better meanwhile; a use that nobody else knows
  has none.

Proved by tests/integration/test_sessions.py and test_session_uses.py, and by tests/failures/test_sessions.py.
"""

import logging
from functools import partial
from typing import Final

from django.db import connection

from shop.caching.registry import REGISTRY
from shop.caching.results import Status
from shop.visitors.loaders import load_sessions
from shop.visitors.session_cache import SESSION_CACHE, SESSION_USE
from shop.visitors.session_key import SessionKey
from shop.visitors.session_times import NOTED_EVERY, moment, row_ends_at
from shop.visitors.snapshots import SessionSnapshot

logger = logging.getLogger(__name__)

# Seconds for which a process leaves out the note of once a minute, after the database could not note a use.
PAUSE: Final = 10.0

# Whose session it is the row itself says: who has just logged in, in another window, has a customer's from now on.
_NOTE = """
    UPDATE visitors_session
    SET last_used_at = %(now)s, expires_at = CASE WHEN user_id IS NULL THEN %(guest_ends)s ELSE %(ends)s END
    WHERE id IN (
        SELECT id FROM visitors_session WHERE id = %(id)s AND last_used_at < %(before)s FOR UPDATE SKIP LOCKED
    )
"""


def find_session(*, key: SessionKey) -> SessionSnapshot | None:
    """The session of this key, used now; None where none lives."""
    now_ms = REGISTRY.ground().now_ms
    with SESSION_USE.of(key.session_id) as reading:
        load = partial(load_sessions, now_ms=now_ms, reading=reading)
        found = SESSION_CACHE.get(key.session_id, load=load)
    session = found.value
    if session is None or not key.matches(session.digest):
        return None
    noted_ms = max(reading.before.noted_ms, session.noted_ms)
    is_due = now_ms - noted_ms >= NOTED_EVERY * 1000
    if found.status is Status.HIT and not is_due:
        return session
    if is_due and USES_IN_ROWS.note(key.session_id, now_ms, unless_noted_for=NOTED_EVERY):
        noted_ms = now_ms
    if not SESSION_USE.note(key.session_id, noted_ms=noted_ms) and noted_ms < now_ms:
        USES_IN_ROWS.note(key.session_id, now_ms)
    return session


class UsesInRows:
    """What rows note of uses, and when this process tries the note of once a minute again after a failure."""

    def __init__(self) -> None:
        self._not_before = 0.0

    def note(self, session_id: int, now_ms: int, *, unless_noted_for: float = 0.0) -> bool:
        """Whether the row has noted it now. Not inside a transaction, which would hold the row until it ends."""
        ground = REGISTRY.ground()
        can_wait = unless_noted_for > 0 and ground.clock.monotonic() < self._not_before
        if ground.in_transaction() or can_wait:
            return False
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    _NOTE,
                    {
                        "id": session_id,
                        "now": moment(now_ms),
                        "ends": row_ends_at(guest=False, used_ms=now_ms),
                        "guest_ends": row_ends_at(guest=True, used_ms=now_ms),
                        "before": moment(now_ms - int(unless_noted_for * 1000) + 1),
                    },
                )
                return bool(cursor.rowcount == 1)
        except ground.load_errors as error:
            self._not_before = ground.clock.monotonic() + PAUSE
            logger.warning("the use of a session was not noted in its row: %s", error)
            return False


USES_IN_ROWS = UsesInRows()
