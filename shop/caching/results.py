"""What a read answers: the value, and an event that says how it was come by. What a write leaves: an event alone.

The structs are msgspec's, which are made ten times faster than dataclasses; a page makes dozens.
"""

from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Status(StrEnum):
    """How a read was answered, or what became of a write.

    The value is right in every case; they differ in what it cost and how old it may be.
    """

    HIT = "hit"  # from the cache, fresh
    LOCAL = "local"  # from this process's own copy of what the cache had a moment ago
    MISS = "miss"  # not in the cache: loaded, or shared with somebody who was loading
    STALE = "stale"  # from the cache, past its TTL but within its grace, while somebody else reloads it
    NEGATIVE = "negative"  # from the cache: there is no such row
    ERROR = "error"  # the cache failed: loaded
    SKIPPED = "skipped"  # the cache was not asked, since it fails: loaded
    BYPASSED = "bypassed"  # the cache was not asked, on purpose: loaded
    PUT = "put"  # written to the database, then to the cache
    UNPUT = "unput"  # written to the database; the cache did not take it, and is repaired from the change log


WRITTEN = frozenset({Status.PUT, Status.UNPUT})


class CacheEvent(msgspec.Struct, frozen=True, gc=False):
    """One key was read, or written. What listeners get, and what provenance shows.

    latency_ms   until the answer was there, whoever gave it; keys that shared a round trip have it in common
    age_ms       since the entry was written; None when it was just loaded
    ttl_ms       until the entry runs out, negative when it has; None when nothing is stored
    collapsed    the load was somebody else's, in this process or another
    detail       one word of explanation, or ""
    """

    cache: str
    entry_id: int
    status: Status
    latency_ms: float
    age_ms: float | None = None
    ttl_ms: float | None = None
    collapsed: bool = False
    detail: str = ""


class Result(msgspec.Struct, Generic[T], frozen=True):
    """`value` is None when the row does not exist. `version` is the value's, 0 if unknown."""

    value: T | None
    version: int
    event: CacheEvent

    @property
    def status(self) -> Status:
        return self.event.status
