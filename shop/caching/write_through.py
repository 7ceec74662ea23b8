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
3. Where a put found nothing, nothing could refuse it, so the row is looked at once more. The race: 1. A reads v1 again;
   2. B commits v2 and puts it; 3. that entry is evicted, flushed, or runs out while A stalls; 4. A puts v1.
4. No failure of the cache fails a write. A lost put is repaired by the change log, which the same transaction wrote.
5. Inside another transaction nothing is put before the outermost commit.
6. A row that is gone after the commit can't be put: the log's own floor ends its entry. Who deletes announces that
   (shop/events/fast_path.py) and does not name the row here.

Staleness bound: 0 once a write has returned with PUT; while a put is lost, until the log was applied again, which is
within a second or so of the cache's return. A crash between commit and put leaves that bound too. Proved by
tests/unit/test_write_through.py, tests/races/test_write_through.py and tests/failures/test_lost_puts.py.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import partial
from typing import Final, NamedTuple, TypeVar

from shop.caching.entry import VALUE, Versioned, pack
from shop.caching.fenced_entries import KEYS_PER_SCRIPT, LoadingEntries
from shop.caching.policy import Pattern
from shop.caching.results import CacheEvent, Status
from shop.caching.serializer import NotExactError
from shop.caching.store import Put, PutAnswer, StoreError

T = TypeVar("T")
logger = logging.getLogger(__name__)

# How often a put that others have outrun is made again, before it is left to the change log.
TRIES: Final = 3


class Outcome(Enum):
    """What has become of a write in the cache. The database's part is no question: where it fails, it raises."""

    PENDING = "pending"  # the outermost transaction has not committed, or was rolled back
    PUT = "put"  # whoever reads now is shown the written value, or one still newer
    LOST = "lost"  # the cache may show what was before: the change log is applied again until it does not


class Fate(NamedTuple):
    """What has become of one entry of a write."""

    status: Status
    detail: str = ""


STORED: Final = Fate(Status.PUT)
SUPERSEDED: Final = Fate(Status.PUT, "superseded")
NOT_STORED: Final = Fate(Status.PUT, "not stored")
LOST: Final = Fate(Status.UNPUT)
GONE: Final = Fate(Status.UNPUT, "gone")
FATES: Final = {PutAnswer.STORED: STORED, PutAnswer.UNFENCED: STORED, PutAnswer.BELOW_FLOOR: SUPERSEDED}


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
        started = ground.clock.monotonic()
        self._outdate(write.entry_ids)
        try:
            fates = self._put_for_good(write.entry_ids)
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

    def _put_for_good(self, entry_ids: Sequence[int]) -> dict[int, Fate]:
        """Put, and put again what was outrun; see invariant 3."""
        if not entry_ids:
            return {}
        # 1. A reset gives the database a new id; 2. another process fills under it; 3. this one, which has not heard of
        # it, would put under the old one.
        self._ground().keys.confirm()
        fates: dict[int, Fate] = {}
        waiting = entry_ids
        for _ in range(TRIES):
            put, unfenced = self._put_committed(waiting)
            fates |= put
            waiting = self._outrun(unfenced)
            if not waiting:
                return fates
        raise StoreError("the entry went away each time, and a newer row was there")

    def _put_committed(self, entry_ids: Sequence[int]) -> tuple[dict[int, Fate], dict[int, int]]:
        """Put the rows as they now are: one load, and one script for each 500 of them.

        Answers what has become of each, and the versions of those that nothing could have refused.
        """
        ground = self._ground()
        found = self._load(entry_ids)
        fates = dict.fromkeys(entry_ids, GONE)
        unfenced: dict[int, int] = {}
        written = list(found)
        tombstone_ms = int(self.policy.tombstone_ttl * 1000)
        for start in range(0, len(written), KEYS_PER_SCRIPT):
            chunk = written[start : start + KEYS_PER_SCRIPT]
            puts: dict[int, Put] = {}
            for entry_id, key in zip(chunk, ground.keys.entries(self.policy, chunk), strict=True):
                try:
                    puts[entry_id] = self._packed(found[entry_id], key)
                except NotExactError:
                    logger.exception("a row of %s can't be stored", self.policy.name)
                    fates[entry_id] = self._ended(entry_id, found[entry_id].version)
            answers = ground.store.put(list(puts.values()), tombstone_ms=tombstone_ms) if puts else []
            for entry_id, answer in zip(puts, answers, strict=True):
                fates[entry_id] = FATES[answer]
                if answer is PutAnswer.UNFENCED:
                    unfenced[entry_id] = found[entry_id].version
        return fates, unfenced

    def _outrun(self, versions: Mapping[int, int]) -> list[int]:
        """The ids of which another version is committed by now, or none."""
        now = self._load(list(versions)) if versions else {}
        return [
            entry_id
            for entry_id, version in versions.items()
            if entry_id not in now or now[entry_id].version != version
        ]

    def _packed(self, row: Versioned[T], key: str) -> Put:
        payload = self._serializer.dumps(row.value)
        entry = pack(version=row.version, written_ms=self._ground().now_ms, kind=VALUE, payload=payload)
        return Put(key, entry, self.policy.kept_ms)

    def _ended(self, entry_id: int, version: int) -> Fate:
        """What the cache has of a value that JSON can't hold ends, and every reader loads."""
        return NOT_STORED if self.invalidate(entry_id, version=version) else LOST
