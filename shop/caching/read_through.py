"""Read-through: the application asks the cache alone, and the cache loads what it does not have.

The pattern for data whose readers should not know where it comes from: the loader belongs to the cache, and is named
once, where the cache is made.

    read     ask the cache; on a miss it reads the database with its own loader, keeps what it found, and answers
    write    not this pattern's business: stock pairs it with write-through
    failure  whatever happens to the store of entries, the loader answers: slower, and right

Invariants, beside those of every fenced cache (fenced_entries.py, leased_load.py):
1. Nobody passes a loader along with a question, so all readers of a key get the same answer for the same row.
2. One load a key at a time: in this process by single-flight, across processes by a lease of 3 s.
3. An id that the policy's `bypass` names is read past the cache, by one load for all such ids, and reported so. Such
   loads pass the gate like any other, for a crowd is what they are there for: who is not let in gets OverloadedError.

Staleness bound: the TTL, unless somebody writes through the cache or invalidates. A crash loses nothing: the cache
holds copies. Proved by tests/unit/test_read_through.py and the tests of stock.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from shop.caching.fenced_entries import NO_FLOORS, LoadingEntries
from shop.caching.policy import Pattern
from shop.caching.results import Result

T = TypeVar("T")


class ReadThrough(LoadingEntries[T]):
    """A read-through cache of one kind of snapshot; its loader is the only way to the rows."""

    pattern = Pattern.READ_THROUGH

    def get(self, entry_id: int, *, floor: int = 0) -> Result[T]:
        """One entry; see get_many. `floor` is the lowest version the caller may be shown, if it knows one."""
        if self._bypassed(entry_id):
            return self._bypass((entry_id,))[entry_id]
        return self._get(entry_id, self._load, None, floor)

    def get_many(self, entry_ids: Sequence[int], *, floors: Mapping[int, int] = NO_FLOORS) -> dict[int, Result[T]]:
        """The entries, in the order asked for: one MGET, then one load and one fill for all that is missing.

        Raises OverloadedError when too many loads run and nothing stale can be shown, and whatever the loader raises.
        """
        past = dict.fromkeys(entry_id for entry_id in entry_ids if self._bypassed(entry_id))
        if not past:
            return self._get_many(entry_ids, self._load, None, floors)
        cached = [entry_id for entry_id in entry_ids if entry_id not in past]
        results = self._bypass(list(past))
        if cached:
            results |= self._get_many(cached, self._load, None, floors)
        return {entry_id: results[entry_id] for entry_id in entry_ids}

    def _bypassed(self, entry_id: int) -> bool:
        """Not inside a transaction, which reads past the cache anyway, and waits at no gate while it holds locks."""
        bypass = self.policy.bypass
        return bypass is not None and bypass(entry_id) and not self._ground().in_transaction()

    def _bypass(self, entry_ids: Sequence[int]) -> dict[int, Result[T]]:
        with self._ground().gate.load():
            return self._read_past(entry_ids, self._load, detail="bypass")
