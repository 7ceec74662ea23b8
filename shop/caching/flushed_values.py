"""The values that write-behind shows: read through the cache, and put there by the flush, which knows the new ones.

Invariants:
1. What is put is what a statement of the flush's transaction returned, value and version together, after its commit: so
   it is a committed row, and an entry is never replaced by a lower version.
2. What nobody reads is not stored: a put that finds no entry leaves it at that, for nothing could refuse an older value
   there (committed_puts.py numbers that race). The next reader loads.

Staleness bound: the time between two flushes; where a put is lost, the policy's TTL, since no change log repairs these
entries. Proved by tests/unit/test_flushed_values.py.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import TypeVar

from shop.caching.entry import VALUE, Versioned, pack
from shop.caching.fenced_entries import KEYS_PER_SCRIPT, NO_FLOORS, LoadingEntries
from shop.caching.policy import Pattern
from shop.caching.results import Result
from shop.caching.store import Put, PutAnswer, StoreError

T = TypeVar("T")

# A put that finds nothing is given the lease, which is not wanted here: it runs out at once.
NO_LEASE_MS = 1


class FlushedValues(LoadingEntries[T]):
    """The entries of one kind of flushed value; the loader reads rows of the database."""

    pattern = Pattern.WRITE_BEHIND

    def get(self, entry_id: int, *, floor: int = 0) -> Result[T]:
        """One entry; see get_many."""
        return self._get(entry_id, self._load, None, floor)

    def get_many(self, entry_ids: Sequence[int], *, floors: Mapping[int, int] = NO_FLOORS) -> dict[int, Result[T]]:
        """The entries, in the order asked for: one MGET, then one load and one fill for all that is missing."""
        return self._get_many(entry_ids, self._load, None, floors)

    def put_many(self, rows: Mapping[int, Versioned[T]]) -> int:
        """Show these rows from now on, wherever an entry is; how many there were. Call it after the commit.

        A store that does not answer gets none of them, and their readers see them within the TTL.
        """
        ground, entry_ids, stored = self._ground(), list(rows), 0
        kept_ms, tombstone_ms, now_ms = self.policy.kept_ms, int(self.policy.tombstone_ttl * 1000), ground.now_ms
        try:
            for start in range(0, len(entry_ids), KEYS_PER_SCRIPT):
                chunk = entry_ids[start : start + KEYS_PER_SCRIPT]
                keys = ground.keys.entries(self.policy, chunk)
                puts = [
                    Put(key, self._packed(rows[each], now_ms=now_ms), kept_ms)
                    for key, each in zip(keys, chunk, strict=True)
                ]
                answers = ground.store.put(
                    puts, token=secrets.token_hex(8), lease_ms=NO_LEASE_MS, tombstone_ms=tombstone_ms
                )
                stored += answers.count(PutAnswer.STORED)
        except StoreError:
            # Counted by the breaker, and told in the log when that opens.
            return stored
        return stored

    def _packed(self, row: Versioned[T], *, now_ms: int) -> bytes:
        return pack(version=row.version, written_ms=now_ms, kind=VALUE, payload=self._serializer.dumps(row.value))
