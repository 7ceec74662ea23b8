"""What relays and consumers have to say to the web processes, who keep copies of their own: forget them; tell when you
have dropped what these changes were about.

Both go the way of the changes themselves, on the channel of the local tiers. So whoever hears of a change's number has
dropped what it was about before: messages of one connection keep their order. Proved by
tests/integration/test_drop_reporter.py.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Final

from django.db import DatabaseError, InterfaceError, connection

from shop.caching import process_life
from shop.caching.clock import Clock, SystemClock
from shop.caching.messages import EMPTY, trace
from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError
from shop.events.tracing import trace_dropped

logger = logging.getLogger(__name__)

GATHERED_S: Final = 0.2
IDLE_S: Final = 10.0


def empty_tiers() -> None:
    """Every process forgets its copies. Raises StoreError."""
    ground = REGISTRY.ground()
    ground.store.tell(EMPTY, channel=ground.keys.changes)


def tell_of_changes(change_ids: Sequence[int]) -> None:
    """Ask every process when it has dropped what these were about. Nothing depends on it: a failure is logged."""
    ground = REGISTRY.ground()
    if not change_ids:
        return
    try:
        ground.store.tell(trace(",".join(map(str, change_ids))), channel=ground.keys.changes)
    except StoreError as error:
        logger.info("processes could not be asked when they dropped a change: %s", error)


class DropReporter:
    """Writes down when this process had dropped what changes were about, in a thread: the listener may not wait.

    The thread ends when nothing has come for a while, and is started again by what comes then. A forked child begins
    anew: its parent's thread is not there, and that thread's lock may have been taken.
    """

    def __init__(self, *, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self.forked()
        process_life.follow_forks(self)

    def forked(self) -> None:
        """In the child, and at the beginning."""
        self._heard: SimpleQueue[tuple[int, int]] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def __call__(self, text: str) -> None:
        """What came on the channel: the numbers of changes."""
        now_ms = int(self._clock.now() * 1000)
        for part in text.split(","):
            if part.isascii() and part.isdigit():
                self._heard.put((int(part), now_ms))
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="drop-reporter", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        """One statement for all numbers that were heard at the same moment."""
        try:
            while (heard := self._next()) or not self._ended():
                for at_ms, change_ids in heard.items():
                    self._write(change_ids, at_ms)
        finally:
            connection.close()

    def _write(self, change_ids: Sequence[int], at_ms: int) -> None:
        """What fails is left out, and nothing else with it."""
        try:
            trace_dropped(change_ids, at_ms=at_ms)
        except (DatabaseError, InterfaceError) as error:
            logger.info("it could not be written down when changes were dropped: %s", error)
            connection.close()

    def _ended(self) -> bool:
        """1. The thread finds that nothing has come; 2. a number comes, and the thread is still alive; 3. it ends.

        So it looks once more, and counts as ended, in one step.
        """
        with self._lock:
            if not self._heard.empty():
                return False
            self._thread = None
            return True

    def _next(self) -> dict[int, list[int]]:
        """What was heard, by its time; nothing when nothing comes for a while."""
        heard: dict[int, list[int]] = defaultdict(list)
        with suppress(Empty):
            change_id, at_ms = self._heard.get(timeout=IDLE_S)
            heard[at_ms].append(change_id)
            self._clock.wait(GATHERED_S)
            while True:
                change_id, at_ms = self._heard.get_nowait()
                heard[at_ms].append(change_id)
        return heard
