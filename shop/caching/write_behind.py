"""Write-behind: a write goes into the cache alone, and reaches the database later, with many others.

The pattern for counts that are written far more often than they are read, and that nobody decides anything by.

    record   the increment goes into a buffer in Redis; no database is touched
    flush    what is pending becomes a batch, by one rename; the batch and its id go into the database in one
             transaction; then the batch is deleted
    read     from a cache that the flush puts the new totals into, or from the database

    VIEW_BUFFER.record("7")                    # in the request
    VIEW_BUFFER.flush(persist=..., bury=...)   # in a task, every two seconds

Invariants:
1. An increment is counted once. A lost answer is asked again under the same number (recorder.py); a batch that is
   flushed again, or by two flushers at once, is stopped by its id, which the database keeps beside its counts.
2. Persist, then delete. The race that the order is for: 1. a flusher takes a batch; 2. it is killed. Had it deleted the
   batch first, its counts were gone.
3. The id travels with the counts. The race: 1. a flusher commits a batch; 2. it is killed before it deletes it; 3. the
   next one finds the batch and commits it again. The id is there already, so step 3 changes nothing.
4. A batch that fails waits longer each time, and the others go on. One that is refused for what is in it is buried
   after MOST_TRIES, with the reason; one that the database can't take now is never buried, however long that lasts.
5. Nothing is dropped in silence: see recorder.py.

Staleness bound: the time between two flushes. What a crash loses: of a process, what waited in it while Redis was away;
of Redis, what was pending and not on its disk (docs/write-behind.md). Proved by tests/failures/test_views_killed.py,
tests/races/test_flush.py, tests/unit/test_write_behind.py and (4) test_failing_batches.py.
"""

import logging
import secrets
from collections.abc import Callable
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from shop.caching.buffer import Batch, Buffer, Held
from shop.caching.clock import Clock, SystemClock
from shop.caching.recorder import Recorded, Recorder, RecorderFigures
from shop.caching.registry import REGISTRY

logger = logging.getLogger(__name__)

# Batches of one flush: ten times MOST_COUNTERS, a few seconds of work.
MOST_BATCHES: Final = 10
# A batch that fails waits 1, 2, 4, 8, 16, 30, 30 ... s; refused at its eighth try, after a minute and a half, it is
# buried. A database that was away is asked for everything within half a minute of its return.
MOST_TRIES: Final = 8
FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 30.0
# One batch may be more than the database can do in time; after two on end it is not asked for the others as well.
MOST_AWAY: Final = 2


class RefusedError(Exception):
    """The database took nothing of a batch, for what is in it. The message is kept with the batch when it is buried."""


class UnavailableError(Exception):
    """The database can't do it now. What is in the batch may be all right."""


class Persist(Protocol):
    """Write a batch and its id in one transaction. Whether it was new; of an id that is known nothing is written.

    Raises RefusedError and UnavailableError.
    """

    def __call__(self, batch: Batch, /) -> bool: ...


class Bury(Protocol):
    """Keep a batch that can't be persisted, with the reason, in one transaction, once. Raises UnavailableError."""

    def __call__(self, batch: Batch, reason: str, /) -> None: ...


class Point(StrEnum):
    """Where a flush can be stopped, in order. What happens between READ and PERSISTED is the database's."""

    TAKEN = "taken"
    READ = "read"
    PERSISTED = "persisted"
    FORGOTTEN = "forgotten"


class Flushed(NamedTuple):
    """What one flush did. `repeated` batches had been counted before; `failed` ones were refused, and wait."""

    batches: int = 0
    counters: int = 0
    increments: int = 0
    repeated: int = 0
    failed: int = 0
    buried: int = 0


class WriteBehind:
    """One kind of increments. `buffer` is by default the one that the process was wired with, found at the first call.

    name           stands in keys and metrics
    most_waiting   counters that wait in a process while the buffer does not answer
    linger         seconds for which a process merges increments before it sends them; 0: the buffer has an increment
                   when `record` returns
    """

    def __init__(
        self,
        name: str,
        *,
        buffer: Callable[[], Buffer] | None = None,
        clock: Clock | None = None,
        most_waiting: int = 10_000,
        linger: float = 0.0,
        reached: Callable[[Point], None] = lambda point: None,
    ) -> None:
        self.name = name
        self._buffer = buffer or (lambda: REGISTRY.ground().buffers(name))
        self._recorder = Recorder(
            name=name, buffer=self._buffer, clock=clock or SystemClock(), most_waiting=most_waiting, linger=linger
        )
        self._reached = reached

    def record(self, key: str, count: int = 1) -> Recorded:
        """Count. Never raises for a buffer that does not answer: the result says where the increment is."""
        return self._recorder.record(key, count)

    def send(self) -> bool:
        """Send what waits in this process; whether nothing waits any more."""
        return self._recorder.send()

    def figures(self) -> RecorderFigures:
        """This process's part."""
        return self._recorder.figures()

    def held(self) -> Held:
        """What the buffer holds. Raises StoreError."""
        return self._buffer().held()

    def retire_lanes(self) -> None:
        """Every few hours. Raises StoreError."""
        self._buffer().retire_lanes()

    def flush(self, *, persist: Persist, bury: Bury) -> Flushed:
        """Take what is pending, and persist all batches that are due. Any number of flushers may run.

        Raises StoreError where the buffer does not answer, and, when the others are done, UnavailableError where the
        database could not take one. What was not finished is there for a later flush.
        """
        buffer = self._buffer()
        flushed, unavailable, on_end = Flushed(), None, 0
        due = buffer.take(batch_id=secrets.token_hex(16), limit=MOST_BATCHES)
        self._reached(Point.TAKEN)
        for batch_id in due:
            if (batch := buffer.read(batch_id)) is None:
                buffer.forget(batch_id)  # another flusher is done with it; or somebody deleted it, and its id is left
                continue
            self._reached(Point.READ)
            try:
                flushed, on_end = self._finish(batch, persist, bury, flushed), 0
            except UnavailableError as error:
                unavailable, on_end = error, on_end + 1
                if on_end == MOST_AWAY:
                    break
        if unavailable:
            raise unavailable
        return flushed

    def _finish(self, batch: Batch, persist: Persist, bury: Bury, flushed: Flushed) -> Flushed:
        """Persist one batch and forget it, or have it wait. Raises UnavailableError; then it waits too."""
        try:
            is_new = persist(batch)
        except RefusedError as error:
            return self._refused(batch, str(error), bury, flushed)
        except UnavailableError as error:
            self._postpone(batch, str(error))
            raise
        self._reached(Point.PERSISTED)
        self._buffer().forget(batch.batch_id)
        self._reached(Point.FORGOTTEN)
        return flushed._replace(
            batches=flushed.batches + 1,
            counters=flushed.counters + (len(batch.counts) if is_new else 0),
            increments=flushed.increments + (batch.increments if is_new else 0),
            repeated=flushed.repeated + (not is_new),
        )

    def _refused(self, batch: Batch, reason: str, bury: Bury, flushed: Flushed) -> Flushed:
        """Before it is buried it is postponed as well: one that can't be buried must not come first for ever."""
        self._postpone(batch, reason)
        if batch.tries + 1 < MOST_TRIES:
            return flushed._replace(failed=flushed.failed + 1)
        logger.error("%s: batch %s is buried, %d increments", self.name, batch.batch_id, batch.increments)
        bury(batch._replace(tries=batch.tries + 1), reason)
        self._buffer().forget(batch.batch_id)
        return flushed._replace(buried=flushed.buried + 1)

    def _postpone(self, batch: Batch, reason: str) -> None:
        wait = min(FIRST_WAIT * 2 ** min(batch.tries, MOST_TRIES), LONGEST_WAIT)
        logger.warning("%s: batch %s is not tried again for %.0f s: %s", self.name, batch.batch_id, wait, reason)
        self._buffer().postpone(batch.batch_id, seconds=wait)
