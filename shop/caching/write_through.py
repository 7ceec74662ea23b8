"""Write-through: every write passes through the cache, and returns when the database and the cache both hold it.

The pattern for data that its own writer reads back at once, on another page or another device.

    write    the database part runs in one transaction; after the commit the cache reads the committed row again, value
             and version by one statement, and stores it, unless it already knows something newer
    read     pair it with read-through
    failure  a write that the database has taken stands: the cache is repaired from the change log, and the result says
             that it did not take part

    with CART_CACHE.writing(cart_id) as write:
        CartLine.objects.filter(...).update(...)
    write.outcome    # PUT: both hold it

Invariants:
1. The database is written first. What is put is what was committed, never what was computed: a rollback puts nothing.
2. Puts may arrive in any order: an entry is never replaced by a lower version, not even where the newer one has been
   evicted since. How, and which races shaped that: shop/caching/committed_puts.py.
3. No failure of the cache fails a write. A lost put is repaired by the change log, which the same transaction wrote.
4. Inside another transaction nothing is put before the outermost commit.
5. A row that is gone after the commit can't be put: the log's own floor ends its entry. Who deletes announces that
   (shop/events/fast_path.py) and does not name the row here.

Staleness bound: 0 once a write has returned with PUT; while a put is lost, until the log was applied again, which is
within a second or so of the cache's return. A crash between commit and put leaves that bound too. Proved by
tests/unit/test_write_through.py, tests/races/test_write_through.py and tests/failures/test_lost_puts.py.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import partial
from typing import TypeVar

from shop.caching.committed_puts import LOST, CommittedPuts
from shop.caching.fenced_entries import LoadingEntries
from shop.caching.policy import Pattern
from shop.caching.results import CacheEvent, Status
from shop.caching.store import StoreError

T = TypeVar("T")
logger = logging.getLogger(__name__)


class Outcome(Enum):
    """What has become of a write in the cache. The database's part is no question: where it fails, it raises."""

    PENDING = "pending"  # the outermost transaction has not committed, or was rolled back
    PUT = "put"  # whoever reads now is shown the written value, or one still newer
    LOST = "lost"  # the cache may show what was before: the change log is applied again until it does not


class Write:
    """One write; `wrote` names entries that are known only on the way. `outcome` is of interest after the block."""

    def __init__(self, entry_ids: Sequence[int]) -> None:
        self.entry_ids = list(dict.fromkeys(entry_ids))
        self.outcome = Outcome.PENDING

    def wrote(self, entry_id: int) -> None:
        """This entry's row is written too."""
        if entry_id not in self.entry_ids:
            self.entry_ids.append(entry_id)


class WriteThrough(LoadingEntries[T]):
    """A write-through cache of one kind of snapshot; its loader reads again what was committed."""

    pattern = Pattern.WRITE_THROUGH

    @property
    def _puts(self) -> CommittedPuts[T]:
        return CommittedPuts(
            policy=self.policy, serializer=self._serializer, ground=self._ground, load=self._load, end=self._ended
        )

    @contextmanager
    def writing(self, *entry_ids: int) -> Iterator[Write]:
        """Write the database inside, in one transaction; the cache follows when it has committed.

        Blocks may nest, and may stand in other transactions: each puts its own entries after the outermost commit.
        Whatever is raised inside rolls back, and puts nothing.
        """
        ground = self._ground()
        write = Write(entry_ids)
        with ground.transaction():
            yield write
            ground.after_commit(partial(self._put, write))

    def _put(self, write: Write) -> None:
        """Never raises for a failing cache or database: the write is committed, and its caller must hear just that."""
        ground = self._ground()
        started = ground.clock.monotonic()
        self._outdate(write.entry_ids)
        try:
            fates = self._puts.put(write.entry_ids)
        except StoreError:
            # Not logged: an outage has thousands of them, and each is counted.
            fates = dict.fromkeys(write.entry_ids, LOST)
        except ground.load_errors as error:
            logger.warning("what was written could not be read again for %s: %s", self.policy.name, error)
            fates = dict.fromkeys(write.entry_ids, LOST)
        if any(fate.status is Status.UNPUT for fate in fates.values()):
            write.outcome = Outcome.LOST
            ground.ask_repair()
        else:
            write.outcome = Outcome.PUT
        latency_ms = (ground.clock.monotonic() - started) * 1000
        for entry_id, (status, detail) in fates.items():
            ground.instrumentation.emit(CacheEvent(self.policy.name, entry_id, status, latency_ms, detail=detail))

    def _ended(self, entry_id: int, version: int) -> bool:
        return self.invalidate(entry_id, version=version)
