"""What a reader makes of an entry: fresh, stale, or nothing but a floor."""

import threading
from enum import Enum
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec

from shop.caching.entry import HEADER_BYTES, TOMBSTONE, VALUE, is_entry, kind_of, payload_of, version_of, written_ms_of
from shop.caching.policy import Policy
from shop.caching.serializer import CorruptEntryError, Serializer

T = TypeVar("T")

DECODED_ENTRIES: Final = 256


class Freshness(Enum):
    FRESH = "fresh"
    STALE = "stale"
    NOTHING = "nothing"


class Reading(msgspec.Struct, Generic[T]):
    """An entry as one caller sees it.

    `floor` is the lowest version this caller may be shown; `seen` is the header to ask for a lease with. `value` is
    None for a negative entry; `value` and the times mean nothing where `freshness` is NOTHING.
    """

    freshness: Freshness
    floor: int
    seen: bytes
    value: T | None = None
    age_ms: float = 0.0
    ttl_ms: float = 0.0
    detail: str = ""


class _Decoded(NamedTuple):
    """An entry's bytes with what they say, so that the same bytes are not parsed twice."""

    entry: bytes
    value: object
    version: int
    written_ms: int
    fresh_until_ms: float


class EntryReader(Generic[T]):
    """Reads the entries of one policy.

    It remembers the last few entries that it parsed: a hot entry comes from Redis again and again as the same bytes,
    and snapshots are frozen, so its readers may share one. This is no cache: the bytes are fetched and compared each
    time."""

    def __init__(self, *, policy: Policy, serializer: Serializer[T]) -> None:
        self._policy = policy
        self._loads = serializer.loads
        self._decoded: dict[int, _Decoded] = {}
        self._lock = threading.Lock()

    def read(self, entry: bytes | None, *, entry_id: int, now_ms: float, floor: int = 0) -> Reading[T]:
        """`floor` is what the caller has seen elsewhere; the entry may raise it."""
        if entry is None:
            return Reading(Freshness.NOTHING, floor, b"")
        known = self._decoded.get(entry_id)
        if known is None or known.entry != entry:
            parsed = self._parse(entry, entry_id, floor)
            if isinstance(parsed, Reading):
                return parsed
            known = parsed
            self._remember(entry_id, known)
        _, value, version, written_ms, fresh_until_ms = known
        seen = entry[:HEADER_BYTES]
        if version < floor:
            return Reading(Freshness.NOTHING, floor, seen, detail="below floor")
        ttl_ms = fresh_until_ms - now_ms
        if ttl_ms > 0:
            freshness = Freshness.FRESH
        elif value is not None and ttl_ms > -self._policy.stale_grace * 1000:
            freshness = Freshness.STALE
        else:
            freshness = Freshness.NOTHING
        return Reading(freshness, version, seen, value, now_ms - written_ms, ttl_ms)  # type: ignore[arg-type]

    def _parse(self, entry: bytes, entry_id: int, floor: int) -> "_Decoded | Reading[T]":
        """The entry's value, None for a negative one; or a reading, where there is nothing but a floor."""
        seen = entry[:HEADER_BYTES]
        if not is_entry(entry):
            return Reading(Freshness.NOTHING, floor, seen, detail="corrupt")
        version, kind, written_ms = version_of(entry), kind_of(entry), written_ms_of(entry)
        if kind == TOMBSTONE:
            return Reading(Freshness.NOTHING, max(version, floor), seen, detail="invalidated")
        if kind != VALUE:
            return _Decoded(entry, None, version, written_ms, written_ms + self._policy.negative_ttl * 1000)
        try:
            value = self._loads(payload_of(entry))
        except CorruptEntryError:
            return Reading(Freshness.NOTHING, max(version, floor), seen, detail="corrupt")
        fresh_ms = self._policy.fresh_ms(entry_id=entry_id, written_ms=written_ms)
        return _Decoded(entry, value, version, written_ms, written_ms + fresh_ms)

    def _remember(self, entry_id: int, decoded: _Decoded) -> None:
        with self._lock:
            if len(self._decoded) >= DECODED_ENTRIES:
                del self._decoded[next(iter(self._decoded))]
            self._decoded[entry_id] = decoded
