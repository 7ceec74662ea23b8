"""The change log keeps what may have to be applied again, and no more.

Until a consumer marks rows as applied, age decides: 10 minutes. Nothing is pruned while a repair is pending.
"""

import threading
from datetime import timedelta
from typing import Final

from django.db.models.functions import Now

from shop.caching.clock import Clock, SystemClock
from shop.events.models import Change

RETENTION: Final = timedelta(minutes=10)
ROWS_PER_STATEMENT: Final = 1000


def prune_log(*, older_than: timedelta = RETENTION) -> int:
    """Delete rows past their time, by the database's clock, at most 1,000; returns how many."""
    old = Change.objects.filter(written_at__lt=Now() - older_than).order_by("id").values("id")[:ROWS_PER_STATEMENT]
    deleted, _ = Change.objects.filter(id__in=old).delete()
    return deleted


class Pruner:
    """Prunes at most once a minute in this process, when somebody writes anyway."""

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
        return prune_log()


PRUNER = Pruner()
