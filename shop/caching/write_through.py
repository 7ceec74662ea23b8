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
2. Puts may arrive in any order: an entry is never replaced by a lower version. The race: 1. writer A commits v1;
   2. writer B commits v2; 3. B puts v2; 4. A puts: what it reads again is v2, and if it had read v1, the fence refuses.
3. No failure of the cache fails a write. A lost put is repaired by the change log, which the same transaction wrote.
4. Inside another transaction nothing is put before the outermost commit.

Staleness bound: 0 once a write has returned with PUT; while a put is lost, until the log was applied again, which is
within a second or so of the cache's return. A crash between commit and put leaves that bound too. Proved by
tests/unit/test_write_through.py, tests/races/ and tests/failures/.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import partial
from typing import TypeVar

from shop.caching.entry import VALUE, Versioned, pack
from shop.caching.fenced_entries import KEYS_PER_SCRIPT, LoadingEntries
from shop.caching.policy import Pattern
from shop.caching.results import CacheEvent, Status
from shop.caching.serializer import NotExactError
from shop.caching.store import Put, PutAnswer, StoreError

T = TypeVar("T")
logger = logging.getLogger(__name__)


class Outcome(Enum):
    """What has become of a write in the cache. The database's part is no question: where it fails, it raises."""

    PENDING = "pending"  # the outermost transaction has not committed, or was rolled back
    PUT = "put"  # the cache holds the written value, or one still newer
    LOST = "lost"  # the cache did not take it: the change log is applied again until it has


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
        entry_ids = write.entry_ids
        if not entry_ids:
            write.outcome = Outcome.PUT
            return
        started = ground.clock.monotonic()
        self._outdate(entry_ids)
        unable: tuple[type[Exception], ...] = (StoreError, *ground.load_errors)
        try:
            superseded = self._put_committed(entry_ids)
            write.outcome = Outcome.PUT
        except unable as error:
            logger.warning("a write was not put into %s: %s", self.policy.name, error)
            superseded = set()
            write.outcome = Outcome.LOST
            ground.ask_repair()
        status = Status.PUT if write.outcome is Outcome.PUT else Status.UNPUT
        latency_ms = (ground.clock.monotonic() - started) * 1000
        for entry_id in entry_ids:
            detail = "superseded" if entry_id in superseded else ""
            ground.instrumentation.emit(CacheEvent(self.policy.name, entry_id, status, latency_ms, detail=detail))

    def _put_committed(self, entry_ids: Sequence[int]) -> set[int]:
        """Put the rows as they now are; returns the ids of which the cache knows something newer.

        A row that is gone was deleted: its change is in the log, whose floor ends what the cache holds.
        """
        ground = self._ground()
        found = self._load(entry_ids)
        if len(found) < len(entry_ids):
            ground.ask_repair()
        superseded: set[int] = set()
        written = list(found)
        for start in range(0, len(written), KEYS_PER_SCRIPT):
            chunk = written[start : start + KEYS_PER_SCRIPT]
            keys = dict(zip(chunk, ground.keys.entries(self.policy, chunk), strict=True))
            puts = {entry_id: self._packed(entry_id, found[entry_id], key) for entry_id, key in keys.items()}
            exact = {entry_id: put for entry_id, put in puts.items() if put is not None}
            tombstone_ms = int(self.policy.tombstone_ttl * 1000)
            answers = ground.store.put(list(exact.values()), tombstone_ms=tombstone_ms) if exact else []
            pairs = zip(exact, answers, strict=True)
            superseded |= {entry_id for entry_id, answer in pairs if answer is PutAnswer.BELOW_FLOOR}
        return superseded

    def _packed(self, entry_id: int, row: Versioned[T], key: str) -> Put | None:
        """None for a value that JSON can't hold: what the cache has of it ends, and every reader loads."""
        try:
            payload = self._serializer.dumps(row.value)
        except NotExactError:
            logger.exception("a row of %s can't be stored", self.policy.name)
            if not self.invalidate_many({entry_id: row.version}):
                self._ground().ask_repair()
            return None
        entry = pack(version=row.version, written_ms=self._ground().now_ms, kind=VALUE, payload=payload)
        return Put(key, entry, self.policy.kept_ms)
