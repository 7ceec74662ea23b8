"""The store in this process's memory: a real fake, which passes the contract of the Redis store."""

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence

from shop.caching.clock import Clock
from shop.caching.entry import (
    ABSENT,
    HEADER_BYTES,
    TOMBSTONE,
    VALUE,
    is_entry,
    kind_of,
    pack,
    version_of,
    written_ms_of,
)
from shop.caching.keys import lease_of
from shop.caching.messages import RETIRED, changes
from shop.caching.store import (
    Fill,
    FillAnswer,
    Invalidation,
    Lease,
    LeaseAnswer,
    LeaseReply,
    Put,
    PutAnswer,
    Slid,
    Use,
)


class MemoryStore:
    """One lock stands for Redis's one thread: each method is atomic, as each script is, and whoever listens is told
    within it. A listener must be quick and must not call the store."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._data: dict[str, tuple[bytes, float]] = {}
        self._lock = threading.Lock()
        self._listeners: dict[str, list[Callable[[str], None]]] = defaultdict(list)

    def listen(self, channel: str, listener: Callable[[str], None]) -> None:
        """Call `listener` with every message on the channel from now on."""
        with self._lock:
            self._listeners[channel].append(listener)

    def read(self, keys: Sequence[str]) -> list[bytes | None]:
        with self._lock:
            return [self._get(key) for key in keys]

    def lease(self, leases: Sequence[Lease], *, token: str, lease_ms: int) -> list[LeaseReply]:
        with self._lock:
            return [self._lease(lease, token, lease_ms) for lease in leases]

    def fill(self, fills: Sequence[Fill], *, token: str, channel: str = "") -> list[FillAnswer]:
        with self._lock:
            told: list[tuple[str, int]] = []
            answers = [self._fill(fill, token, told) for fill in fills]
            self._tell_changes(told, channel)
            return answers

    def release(self, keys: Sequence[str], *, token: str) -> None:
        with self._lock:
            for key in keys:
                if self._get(lease_of(key)) == token.encode():
                    del self._data[lease_of(key)]

    def put(self, puts: Sequence[Put], *, token: str, lease_ms: int, tombstone_ms: int) -> list[PutAnswer]:
        with self._lock:
            return [self._put(put, token, lease_ms, tombstone_ms) for put in puts]

    def invalidate(
        self, invalidations: Sequence[Invalidation], *, now_ms: int, tombstone_ms: int, channel: str = ""
    ) -> None:
        with self._lock:
            told: list[tuple[str, int]] = []
            for key, version in invalidations:
                self._data.pop(lease_of(key), None)
                entry = self._entry(key)
                floor = version_of(entry)
                if entry is None or floor < version or kind_of(entry) == ABSENT:
                    tombstone = pack(version=max(floor, version), written_ms=now_ms, kind=TOMBSTONE)
                    self._set(key, tombstone, tombstone_ms)
                    told.append((key, version_of(tombstone)))
            self._tell_changes(told, channel)

    def mark(self, key: str, *, channel: str = "") -> None:
        with self._lock:
            self._set(key, b"1", float("inf"))
            self._tell(RETIRED, channel)

    def tell(self, message: str, *, channel: str) -> None:
        with self._lock:
            self._tell(message, channel)

    def slide(
        self,
        keys: Sequence[str],
        *,
        use_key: str,
        now_ms: int,
        idle_ms: int,
        kept_ms: int,
        noted_ms: int | None = None,
    ) -> Slid:
        with self._lock:
            last, noted = map(int, (self._get(use_key) or b"0 0").split())
            entries = [self._get(key) for key in keys]
            is_value = bool(entries) and kind_of(entries[0] or b"") == VALUE
            is_over = last > 0 and now_ms - last > idle_ms
            if noted_ms is not None or (is_value and not is_over):
                use = b"%d %d" % (max(last, now_ms), max(noted, noted_ms or 0))
                self._set(use_key, use, kept_ms)
            return Slid(entries, Use(last, noted))

    def _lease(self, lease: Lease, token: str, lease_ms: int) -> LeaseReply:
        entry = self._get(lease.key)
        if (entry or b"")[:HEADER_BYTES] != lease.seen:
            return LeaseReply(LeaseAnswer.CHANGED, entry)
        if self._get(lease_of(lease.key)) is not None:
            return LeaseReply(LeaseAnswer.BUSY)
        self._set(lease_of(lease.key), token.encode(), lease_ms)
        return LeaseReply(LeaseAnswer.GRANTED)

    def _fill(self, fill: Fill, token: str, told: list[tuple[str, int]]) -> FillAnswer:
        if self._get(lease_of(fill.key)) != token.encode():
            return FillAnswer.NO_LEASE
        del self._data[lease_of(fill.key)]
        before = self._entry(fill.key)
        if version_of(fill.entry) < version_of(before):
            return FillAnswer.BELOW_FLOOR
        if before is None or version_of(fill.entry) != version_of(before):
            told.append((fill.key, version_of(fill.entry)))
        self._set(fill.key, fill.entry, fill.kept_ms)
        return FillAnswer.STORED

    def _put(self, put: Put, token: str, lease_ms: int, tombstone_ms: int) -> PutAnswer:
        self._data.pop(lease_of(put.key), None)
        entry = self._entry(put.key)
        if entry is None:
            self._set(lease_of(put.key), token.encode(), lease_ms)
            return PutAnswer.LEASED
        floor = version_of(entry)
        if version_of(put.entry) >= floor:
            self._set(put.key, put.entry, put.kept_ms)
            return PutAnswer.STORED
        if kind_of(entry) == ABSENT:
            tombstone = pack(version=floor, written_ms=written_ms_of(entry), kind=TOMBSTONE)
            self._set(put.key, tombstone, tombstone_ms)
        return PutAnswer.BELOW_FLOOR

    def _tell_changes(self, told: Sequence[tuple[str, int]], channel: str) -> None:
        if told:
            self._tell(changes(told), channel)

    def _tell(self, message: str, channel: str) -> None:
        for listener in self._listeners[channel] if channel else ():
            listener(message)

    def _entry(self, key: str) -> bytes | None:
        """What is under the key, if it was written by us; what was not, goes."""
        entry = self._get(key)
        if entry is not None and not is_entry(entry):
            del self._data[key]
            return None
        return entry

    def _get(self, key: str) -> bytes | None:
        data, until = self._data.get(key, (None, 0.0))
        if data is not None and until <= self._clock.monotonic():
            del self._data[key]
            return None
        return data

    def _set(self, key: str, data: bytes, kept_ms: float) -> None:
        self._data[key] = (data, self._clock.monotonic() + kept_ms / 1000)
