"""The entries of one cache, read and invalidated behind the fence: what the patterns have in common.

The way of a read: what is at hand, else one MGET; then one load and one fill for all that is missing. The
patterns differ in who brings the loader, and in what a write does.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final, Generic, TypeVar

from shop.caching import prefetch
from shop.caching.at_hand import AtHand
from shop.caching.fenced_load import Answer
from shop.caching.ground import Ground, Loader
from shop.caching.leased_load import LeasedLoad
from shop.caching.policy import Pattern, Policy, PolicyError
from shop.caching.reading import EntryReader, Freshness, Reading
from shop.caching.registry import REGISTRY
from shop.caching.results import CacheEvent, Result, Status
from shop.caching.serializer import Serializer
from shop.caching.store import Invalidation, StoreError, StoreSkippedError

T = TypeVar("T")

# An invalidation of more keys than this is cut up, so that no script holds Redis up for long.
KEYS_PER_SCRIPT: Final = 500
NO_FLOORS: Final[Mapping[int, int]] = {}


class FencedEntries(Generic[T]):
    """`ground` is what the cache stands on: by default what the process was wired with, found at the first call."""

    pattern: ClassVar[Pattern]

    def __init__(
        self,
        policy: Policy,
        snapshot: type[T],
        *,
        ground: Callable[[], Ground] = REGISTRY.ground,
        register: bool = True,
    ) -> None:
        if policy.pattern is not self.pattern:
            raise PolicyError(f"policy {policy.name!r}: pattern: {policy.pattern} is not what this class does")
        self.policy = policy
        self._ground = ground
        self._serializer = Serializer(snapshot)
        self._reader = EntryReader(policy=policy, serializer=self._serializer)
        self._at_hand = AtHand(policy=policy, reader=self._reader, ground=ground)
        self._misses = LeasedLoad(policy=policy, reader=self._reader, serializer=self._serializer, ground=ground)
        if register:
            REGISTRY.add(policy)

    def ref(self, entry_id: int) -> prefetch.Ref:
        """Names an entry for `prefetch`."""
        return prefetch.Ref(self._ground(), self.policy, entry_id)

    def peek(self, entry_id: int) -> T | None:
        """The value that is at hand, out of what the page has loaded or prefetched, or of this process's copies; None
        where none is.

        Nobody is asked, and it counts as no read.
        """
        return self._at_hand.peek(entry_id)

    def invalidate(self, entry_id: int, *, version: int) -> bool:
        """Raise the floor of one entry; see invalidate_many."""
        return self.invalidate_many({entry_id: version})

    def invalidate_many(self, versions: Mapping[int, int]) -> bool:
        """Raise the floor of each id to the version that was committed. Call it after the commit.

        False when the cache did not take it: the change log still has it, and it must be applied again.
        """
        entry_ids = list(versions)
        self._outdate(entry_ids)
        try:
            for start in range(0, len(entry_ids), KEYS_PER_SCRIPT):
                chunk = entry_ids[start : start + KEYS_PER_SCRIPT]
                keys = self._ground().keys.entries(self.policy, chunk)
                pairs = zip(keys, chunk, strict=True)
                self._raise_floors([Invalidation(key, versions[entry_id]) for key, entry_id in pairs])
        except StoreError:
            return False
        return True

    def _raise_floors(self, invalidations: Sequence[Invalidation]) -> None:
        """First in this process, whether or not the store takes it. Then once more: 1. this process gives up its
        copies; 2. a reader asks the store and holds what it says; 3. the store is told; 4. its message comes. Between
        3 and 4 the write has returned, and must be seen here.
        """
        ground = self._ground()
        ground.outdate(self.policy, invalidations)
        try:
            ground.store.invalidate(
                invalidations,
                now_ms=ground.now_ms,
                tombstone_ms=int(self.policy.tombstone_ttl * 1000),
                channel=ground.keys.told_on(self.policy),
            )
        finally:
            ground.outdate(self.policy, invalidations)

    def _outdate(self, entry_ids: Sequence[int]) -> None:
        """In this process nobody may be answered with what was read before a write."""
        self._misses.outdate(entry_ids)
        prefetch.forget(self.policy, entry_ids)

    def _get(self, entry_id: int, load: Loader[T], reload: Loader[T] | None, floor: int) -> Result[T]:
        if not floor and (hit := self._at_hand.find(entry_id)) is not None:
            return hit
        floors = {entry_id: floor} if floor else NO_FLOORS
        return self._get_many((entry_id,), load, reload, floors)[entry_id]

    def _get_many(
        self, entry_ids: Sequence[int], load: Loader[T], reload: Loader[T] | None, floors: Mapping[int, int]
    ) -> dict[int, Result[T]]:
        ground = self._ground()
        if ground.in_transaction():
            return self._read_past(entry_ids, load, detail="transaction")
        results = self._at_hand.copies(entry_ids, floors)
        wanted = [entry_id for entry_id in entry_ids if entry_id not in results] if results else entry_ids
        if results and not wanted:
            return results
        fetched = prefetch.read(ground, self.policy, wanted)
        missing: dict[int, Reading[T]] = {}
        for entry_id, entry in fetched.entries.items():
            floor = floors.get(entry_id, 0) if floors else 0
            reading = self._reader.read(entry, entry_id=entry_id, now_ms=fetched.now_ms, floor=floor)
            if reading.freshness is Freshness.FRESH:
                results[entry_id] = self._at_hand.hit(entry_id, reading, fetched.latency_ms, fetched.ticket)
            else:
                missing[entry_id] = reading
        if not missing:
            return results if wanted is entry_ids else {entry_id: results[entry_id] for entry_id in entry_ids}
        started = ground.clock.monotonic()
        answers = self._misses.fetch(missing, load=load, reload=reload, ask_store=fetched.error is None)
        latency_ms = fetched.latency_ms + (ground.clock.monotonic() - started) * 1000
        ground.learn(self.policy, {entry_id: answer.version for entry_id, answer in answers.items()})
        prefetch.learn(self.policy, {entry_id: answer.value for entry_id, answer in answers.items()})
        failure = _status_of(fetched.error)
        for entry_id, answer in answers.items():
            results[entry_id] = self._result(entry_id, answer, latency_ms, failure)
        return {entry_id: results[entry_id] for entry_id in entry_ids}

    def _result(self, entry_id: int, answer: Answer[T], latency_ms: float, failure: Status | None = None) -> Result[T]:
        event = CacheEvent(
            self.policy.name,
            entry_id,
            failure or answer.status,
            latency_ms,
            answer.age_ms,
            answer.ttl_ms,
            answer.collapsed,
            answer.detail,
        )
        self._ground().instrumentation.emit(event)
        return Result(answer.value, answer.version, event)

    def _read_past(self, entry_ids: Sequence[int], load: Loader[T], *, detail: str) -> dict[int, Result[T]]:
        """The database is asked directly, and nothing is stored. Inside a transaction it must be: what that shows is
        the transaction's own, not everybody's."""
        clock = self._ground().clock
        started = clock.monotonic()
        found = load(entry_ids)
        latency_ms = (clock.monotonic() - started) * 1000
        results: dict[int, Result[T]] = {}
        for entry_id in entry_ids:
            row = found.get(entry_id)
            value, version = (row.value, row.version) if row else (None, 0)
            answer = Answer(value, version, Status.BYPASSED, detail=detail)
            results[entry_id] = self._result(entry_id, answer, latency_ms)
        return results


class LoadingEntries(FencedEntries[T]):
    """Entries whose cache loads for itself: `load` reads their rows, from the primary."""

    def __init__(
        self,
        policy: Policy,
        snapshot: type[T],
        *,
        load: Loader[T],
        ground: Callable[[], Ground] = REGISTRY.ground,
        register: bool = True,
    ) -> None:
        super().__init__(policy, snapshot, ground=ground, register=register)
        self._load = load


def _status_of(error: StoreError | None) -> Status | None:
    if error is None:
        return None
    return Status.SKIPPED if isinstance(error, StoreSkippedError) else Status.ERROR
