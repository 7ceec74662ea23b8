"""Cache-aside: the application asks the cache, and on a miss loads the row itself.

The pattern for data that is read far more often than it is written, and whose readers can live without the cache.

    read     ask the cache; on a miss the caller's loader reads the database, and the cache is filled with what it found
    write    write the database; after the commit, invalidate, never update: the next reader loads what was committed
    failure  whatever happens to the cache, the loader answers: slower, and right

Invariants:
1. The database is written first; the cache is touched only after the commit.
2. An entry is never replaced by a lower version, and nothing below a known invalidation is stored or shown.
3. One load per key at a time: in this process by single-flight, across processes by a lease of 3 s.
4. A stale value is shown only when time ran out on it, never when an event invalidated it.
5. No failure of the cache reaches the caller.

Staleness bound: until the invalidation arrives, which is at once for the writer's own changes; the TTL plus the stale
grace if every invalidation is lost. A crash loses nothing: the cache holds copies. Proved by
tests/races/ and tests/failures/.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from shop.caching.fenced_entries import NO_FLOORS, FencedEntries
from shop.caching.ground import Loader
from shop.caching.policy import Pattern
from shop.caching.results import Result

T = TypeVar("T")


class CacheAside(FencedEntries[T]):
    """A cache-aside cache of one kind of snapshot, keyed by its owner row's id."""

    pattern = Pattern.CACHE_ASIDE

    def get(self, entry_id: int, *, load: Loader[T], reload: Loader[T] | None = None, floor: int = 0) -> Result[T]:
        """One entry; see get_many. `floor` is the lowest version the caller may be shown, if it knows one."""
        return self._get(entry_id, load, reload, floor)

    def get_many(
        self,
        entry_ids: Sequence[int],
        *,
        load: Loader[T],
        reload: Loader[T] | None = None,
        floors: Mapping[int, int] = NO_FLOORS,
    ) -> dict[int, Result[T]]:
        """The entries, in the order asked for: one MGET, then one load and one fill for all that is missing.

        `load` reads the rows; `reload`, where `load` may read from a replica, reads them from the primary. Raises
        OverloadedError when too many loads run and nothing stale can be shown, and whatever the loader raises.
        """
        return self._get_many(entry_ids, load, reload, floors)
