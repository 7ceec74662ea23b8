"""What a reader makes of an entry: fresh, stale, or nothing but a floor."""

from enum import Enum
from typing import Generic, TypeVar

import msgspec

from shop.caching.entry import HEADER_BYTES, TOMBSTONE, VALUE, is_entry, kind_of, payload_of, version_of, written_ms_of
from shop.caching.policy import Policy
from shop.caching.serializer import CorruptEntryError, Serializer

T = TypeVar("T")


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


class EntryReader(Generic[T]):
    """Reads the entries of one policy."""

    def __init__(self, *, policy: Policy, serializer: Serializer[T]) -> None:
        self._policy = policy
        self._loads = serializer.loads
        self._surely_fresh_ms = policy.ttl * 1000 * (1 - policy.jitter)

    def read(self, entry: bytes | None, *, entry_id: int, now_ms: float, floor: int = 0) -> Reading[T]:
        """`floor` is what the caller has seen elsewhere; the entry may raise it."""
        if entry is None:
            return Reading(Freshness.NOTHING, floor, b"")
        seen = entry[:HEADER_BYTES]
        if not is_entry(entry):
            return Reading(Freshness.NOTHING, floor, seen, detail="corrupt")
        version = version_of(entry)
        kind = kind_of(entry)
        if version < floor:
            return Reading(Freshness.NOTHING, floor, seen, detail="below floor")
        if kind == TOMBSTONE:
            return Reading(Freshness.NOTHING, version, seen, detail="invalidated")
        written_ms = written_ms_of(entry)
        age_ms = now_ms - written_ms
        if kind != VALUE:
            ttl_ms = self._policy.negative_ttl * 1000 - age_ms
            return Reading(
                Freshness.FRESH if ttl_ms > 0 else Freshness.NOTHING, version, seen, None, age_ms, ttl_ms, "negative"
            )
        try:
            value = self._loads(payload_of(entry))
        except CorruptEntryError:
            return Reading(Freshness.NOTHING, version, seen, detail="corrupt")
        ttl_ms = self._surely_fresh_ms - age_ms
        if ttl_ms <= 0:
            ttl_ms = self._policy.fresh_ms(entry_id=entry_id, written_ms=written_ms) - age_ms
        if ttl_ms > 0:
            return Reading(Freshness.FRESH, version, seen, value, age_ms, ttl_ms)
        in_grace = ttl_ms > -self._policy.stale_grace * 1000
        return Reading(Freshness.STALE if in_grace else Freshness.NOTHING, version, seen, value, age_ms, ttl_ms)
