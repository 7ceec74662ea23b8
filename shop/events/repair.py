"""Repair: when a cache did not take an invalidation, the change log is replayed until it has.

The race it closes: 1. Redis stops answering; 2. a writer commits, and its invalidation is lost; 3. Redis comes back,
and still has the entry of before. The log of step 2 is replayed at a pace of its own, past the breaker, so that the
caches are right within a second or so of Redis's return. The process that wrote must live until then; it also replays
the log when it starts. Proved by tests/failures/test_outages.py.
"""

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connections

from shop.caching.clock import Clock, SystemClock
from shop.caching.guard import past_the_breaker
from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError
from shop.events.apply import replay_log
from shop.events.retention import hold_log

logger = logging.getLogger(__name__)


class Repair:
    """One background thread at most, alive only while there is something to repair. `pace` is seconds between tries."""

    def __init__(
        self, *, replay: Callable[[], bool] = replay_log, clock: Clock | None = None, pace: float = 0.5
    ) -> None:
        self._replay = replay
        self._clock = clock or SystemClock()
        self._pace = pace
        self._lock = threading.Lock()
        self._asked = False
        self._thread: threading.Thread | None = None

    @property
    def pending(self) -> bool:
        """Whether the caches may still show what a lost invalidation should have removed."""
        return self._asked or self._runs()

    def ask(self) -> None:
        """Replay the log, in the background, until the caches have taken all of it."""
        with self._lock:
            self._asked = True
            if self._runs():
                return
            self._thread = threading.Thread(target=self._run, name="cache-repair", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            while True:
                with self._lock:
                    if not self._asked:
                        self._thread = None
                        return
                    self._asked = False
                if not self._try():
                    with self._lock:
                        self._asked = True
                    self._clock.wait(self._pace)
        finally:
            connections.close_all()

    def _runs(self) -> bool:
        """Asked of the thread itself: one that ended by a defect of ours runs no more, nor does one in a forked
        child."""
        return self._thread is not None and self._thread.is_alive()

    def _try(self) -> bool:
        try:
            hold_log()
            with past_the_breaker():
                ground = REGISTRY.ground()
                ground.store.read([ground.keys.retired()])
                return self._replay()
        except StoreError:
            return False
        except (DatabaseError, InterfaceError) as error:
            logger.warning("the change log can't be read, trying again: %s", error)
            connections.close_all()
            return False


REPAIR = Repair()
