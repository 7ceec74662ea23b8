"""What a page need not ask for: what it has prefetched, and this process's own copies.

The shortest way to an answer, without a round trip and without a lock. A prefetched entry feeds the copies, like any
other that was read; a copy feeds nothing, so that it ends when its time is over.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar, cast

from shop.caching import prefetch
from shop.caching.ground import Ground
from shop.caching.local_tier import Copy, Ticket
from shop.caching.policy import Policy
from shop.caching.reading import EntryReader, Freshness, Reading
from shop.caching.results import CacheEvent, Result, Status

T = TypeVar("T")


class AtHand(Generic[T]):
    """What is at hand of one cache. Inside a transaction, whose view is its own, nothing is."""

    def __init__(self, *, policy: Policy, reader: EntryReader[T], ground: Callable[[], Ground]) -> None:
        self._policy = policy
        self._reader = reader
        self._ground = ground

    def find(self, entry_id: int) -> Result[T] | None:
        """The answer, where it is at hand and fresh."""
        ground = self._ground()
        if ground.local is not None:
            started = ground.clock.monotonic()
            if (copy := self._copy(ground, entry_id)) is not None:
                return None if ground.in_transaction() else self._local(ground, entry_id, copy, started)
        batch = prefetch.holding(self._policy, entry_id)
        if batch is None or ground.in_transaction():
            return None
        reading = self._reader.read(batch.entries[self._policy.name, entry_id], entry_id=entry_id, now_ms=batch.now_ms)
        if reading.freshness is not Freshness.FRESH:
            return None
        return self.hit(entry_id, reading, batch.latency_ms, batch.ticket)

    def copies(self, entry_ids: Sequence[int], floors: Mapping[int, int]) -> dict[int, Result[T]]:
        """Those of them that this process has copies of, at or above the callers' floors; the caller is in no
        transaction."""
        ground = self._ground()
        found: dict[int, Result[T]] = {}
        if ground.local is None or not self._policy.local_ttl:
            return found
        for entry_id in entry_ids:
            started = ground.clock.monotonic()
            copy = self._copy(ground, entry_id, floors.get(entry_id, 0))
            if copy is not None:
                found[entry_id] = self._local(ground, entry_id, copy, started)
        return found

    def peek(self, entry_id: int) -> T | None:
        """The value, where it is at hand and fresh, or was loaded for this page; else None, also where the row does
        not exist. No event."""
        ground = self._ground()
        if ground.in_transaction():
            return None
        if (loaded := prefetch.answered(self._policy, entry_id)) is not None:
            return cast("T", loaded)
        if (copy := self._copy(ground, entry_id)) is not None:
            return copy.value
        if (batch := prefetch.holding(self._policy, entry_id)) is None:
            return None
        entry = batch.entries[self._policy.name, entry_id]
        reading = self._reader.read(entry, entry_id=entry_id, now_ms=batch.now_ms)
        return reading.value if reading.freshness is Freshness.FRESH else None

    def hit(self, entry_id: int, reading: Reading[T], latency_ms: float, ticket: Ticket | None) -> Result[T]:
        """The answer that a fresh reading gives; a copy of it is held, if the ticket allows."""
        ground = self._ground()
        if ticket is not None:
            ground.hold(self._policy, entry_id, reading, ticket)
        status = Status.HIT if reading.value is not None else Status.NEGATIVE
        event = CacheEvent(self._policy.name, entry_id, status, latency_ms, reading.age_ms, reading.ttl_ms)
        ground.instrumentation.emit(event)
        return Result(reading.value, reading.floor, event)

    def _copy(self, ground: Ground, entry_id: int, floor: int = 0) -> Copy[T] | None:
        """The copy of the page's beginning comes first, so that a page does not fall between two."""
        if ground.local is None or not self._policy.local_ttl:
            return None
        copy = prefetch.copied(self._policy, entry_id)
        if copy is None or copy.version < floor:
            copy = ground.copy(self._policy, entry_id)
        return None if copy is None or copy.version < floor else cast("Copy[T]", copy)

    def _local(self, ground: Ground, entry_id: int, copy: Copy[T], started: float) -> Result[T]:
        now = ground.clock.monotonic()
        event = CacheEvent(
            self._policy.name,
            entry_id,
            Status.LOCAL,
            (now - started) * 1000,
            (now - copy.written_at) * 1000,
            (copy.fresh_until - now) * 1000,
            detail="" if copy.value is not None else "negative",
        )
        ground.instrumentation.emit(event)
        return Result(copy.value, copy.version, event)
