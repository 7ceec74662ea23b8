"""Entries that live from use to use: who reads one has used it, and that costs no round trip of its own.

    with SESSION_USE.of(7) as use:
        session = SESSION_CACHE.get(7, load=...)
    use.before.last_ms      the use before this one; 0 where it is not known

The use stands beside the entry in Redis and lives a little longer, so that it is known when the entry has run out.
Redis may forget it, and does not hear of uses while it is away: the row has to know enough to decide alone, and the use
says which of its uses the row has noted.

Invariants, proved by tests/contracts/test_store_slide.py and tests/unit/test_sliding.py: reading what is not there, or
is over, is no use; a use is never forgotten for an older one; inside a transaction, whose view is its own, nothing is
used by being read.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from shop.caching.ground import Ground
from shop.caching.keys import use_of
from shop.caching.policy import Policy
from shop.caching.prefetch import Ref, prefetch
from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError, Use

# How much longer than the idle time a use is remembered, in seconds.
KEPT_LONGER: Final = 120.0
UNKNOWN: Final = Use(0, 0)


class Reading:
    """One entry that is being read; `before` is known once it was."""

    def __init__(self) -> None:
        self.before = UNKNOWN


class SlidingUse:
    """The uses of the entries of one cache; `idle` is how long, in seconds, an entry lives without one."""

    def __init__(self, policy: Policy, *, idle: float, ground: Callable[[], Ground] = REGISTRY.ground) -> None:
        self._policy = policy
        self._idle_ms = int(idle * 1000)
        self._kept_ms = int((idle + KEPT_LONGER) * 1000)
        self._ground = ground

    @contextmanager
    def of(self, entry_id: int) -> Iterator[Reading]:
        """Reads of this entry inside the block are served by one round trip, which notes its use."""
        ground, reading = self._ground(), Reading()

        def slide(keys: Sequence[str]) -> list[bytes | None]:
            entries, reading.before = ground.store.slide(
                keys,
                use_key=use_of(keys[0]),
                now_ms=ground.now_ms,
                idle_ms=self._idle_ms,
                kept_ms=self._kept_ms,
            )
            return entries

        with prefetch(Ref(ground, self._policy, entry_id), by=slide):
            yield reading

    def note(self, entry_id: int, *, noted_ms: int) -> bool:
        """The entry is used now, and its row has noted the use of `noted_ms`. False when the store did not take it."""
        ground = self._ground()
        try:
            ground.store.slide(
                [],
                use_key=use_of(ground.keys.entry(self._policy, entry_id)),
                now_ms=ground.now_ms,
                idle_ms=self._idle_ms,
                kept_ms=self._kept_ms,
                noted_ms=noted_ms,
            )
        except StoreError:
            return False
        return True
