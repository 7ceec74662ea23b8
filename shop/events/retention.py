"""The change log keeps what may have to be applied again, and no more.

A finished row goes 10 minutes after Redis took it: until then a Redis that goes back in time gets it again. One that
nobody has finished stays for a day: by then every entry that it was about has run out by its own TTL. Nothing is pruned
while a repair is pending in any process: it holds an advisory lock of PostgreSQL, which a pruner must have for itself.
Proved by tests/integration/test_change_log_retention.py and test_unfinished_retention.py.
"""

import threading
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from shop.caching.clock import Clock, SystemClock
from shop.events.models import Change

RETENTION: Final = timedelta(minutes=10)
UNFINISHED_RETENTION: Final = timedelta(days=1)
ROWS_PER_STATEMENT: Final = 1000
MOST_STATEMENTS: Final = 100
# "larder" in ASCII: the number of the lock.
LOG_LOCK: Final = 0x6C6172646572


def hold_log() -> None:
    """Keep every row, for as long as this thread's connection lives."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [LOG_LOCK])


def prune_log(*, finished: timedelta = RETENTION, unfinished: timedelta = UNFINISHED_RETENTION) -> int:
    """Delete rows past their time, by the database's clock, at most 1,000 of each sort; returns how many.

    0 while somebody holds the log.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOG_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        return _delete(Q(applied_at__lt=Now() - finished), by="applied_at") + _delete(
            Q(applied_at=None, written_at__lt=Now() - unfinished), by="written_at"
        )


def prune_all() -> int:
    """As `prune_log`, again and again until there is no more, at most 100 times; returns how many."""
    deleted = 0
    for _ in range(MOST_STATEMENTS):
        some = prune_log()
        deleted += some
        if some < ROWS_PER_STATEMENT:
            break
    return deleted


def _delete(past: Q, *, by: str) -> int:
    old = Change.objects.filter(past).order_by(by, "id").values("id")[:ROWS_PER_STATEMENT]
    deleted, _ = Change.objects.filter(id__in=old).delete()
    return deleted


class Pruner:
    """Prunes once a minute in this process, when somebody writes anyway; more often while there is more."""

    def __init__(self, *, clock: Clock | None = None, pause: float = 60.0) -> None:
        self._clock = clock or SystemClock()
        self._pause = pause
        self._next = self._clock.monotonic() + pause
        self._lock = threading.Lock()

    def prune_if_due(self) -> int:
        with self._lock:
            if self._clock.monotonic() < self._next:
                return 0
            self._next = self._clock.monotonic() + self._pause
        deleted = prune_log()
        if deleted >= ROWS_PER_STATEMENT:
            # There is more: the next writer goes on at once.
            self._next = self._clock.monotonic()
        return deleted


PRUNER = Pruner()
