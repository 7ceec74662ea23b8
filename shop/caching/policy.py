"""How one kind of data is cached: a frozen policy with a name, which refuses nonsense when the program starts."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32


class Pattern(StrEnum):
    """The four patterns, each with a module of its own here, and the two that go together."""

    CACHE_ASIDE = "cache-aside"
    READ_THROUGH = "read-through"
    WRITE_THROUGH = "write-through"
    WRITE_BEHIND = "write-behind"
    READ_AND_WRITE_THROUGH = "read-through + write-through"


class PolicyError(ValueError):
    """A policy that can't be meant: the message names the policy, the field and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All times are seconds.

    name           stands in keys, metrics and Cache-Status; lower case and underscores
    schema         version of the cached snapshot's shape: raise it when a field changes, and old entries are not read
    ttl            how long an entry is fresh
    jitter         share of the TTL by which entries of the same moment differ, so that they don't run out together
    stale_grace    how much longer an entry may be shown while somebody reloads it
    negative_ttl   how long "there is no such row" is believed
    local_ttl      how long a process may keep its own copy; 0 means not at all
    lease          how long a loader may take before another is let in; what it loaded later is not stored
    wait_limit     how long a reader waits for somebody else's load before it loads for itself
    joins_unwatched  whether a reader shares a load of their process that no lease has watched to its end: it may be
                   older than a write of another process that they know of, and nobody tells while the store is away
    tombstone_ttl  how long an invalidation is remembered, which must be longer than any load may take
    bypass         says of an id that it is to be read past the cache for now, and reported so; None: never
    """

    name: str
    pattern: Pattern
    schema: int
    ttl: float
    jitter: float = 0.1
    stale_grace: float = 0.0
    negative_ttl: float = 30.0
    local_ttl: float = 0.0
    lease: float = 3.0
    wait_limit: float = 3.9
    joins_unwatched: bool = True
    tombstone_ttl: float = 60.0
    bypass: Callable[[int], bool] | None = None

    def __post_init__(self) -> None:
        for wrong, why in (
            (not re.fullmatch(r"[a-z][a-z_]{0,39}", self.name), "name: lower case letters and underscores, at most 40"),
            (self.schema < 1, "schema: counts from 1"),
            (self.ttl <= 0, "ttl: must be positive"),
            (not 0 <= self.jitter <= 0.5, "jitter: a share from 0 to 0.5"),
            (self.stale_grace < 0, "stale_grace: can't be negative"),
            (self.negative_ttl <= 0, "negative_ttl: must be positive"),
            (
                self.negative_ttl > self.ttl,
                "negative_ttl: longer than ttl would hide a new row longer than an old value",
            ),
            (not 0 <= self.local_ttl <= self.ttl, "local_ttl: from 0 to ttl"),
            (
                self.local_ttl > 0 and self.pattern in (Pattern.WRITE_THROUGH, Pattern.READ_AND_WRITE_THROUGH),
                "local_ttl: a write that has returned is seen by everybody, so nobody may keep a copy",
            ),
            (self.lease <= 0, "lease: must be positive"),
            (self.wait_limit <= self.lease, "wait_limit: must outlast the lease, or a dead loader is never replaced"),
            (self.tombstone_ttl < 2 * self.lease, "tombstone_ttl: must outlast every lease it fences"),
        ):
            if wrong:
                raise PolicyError(f"policy {self.name!r}: {why}")

    @property
    def kept_ms(self) -> int:
        """How long Redis keeps a value: while it is fresh, and while it may still be shown stale."""
        return int((self.ttl + self.stale_grace) * 1000)

    def fresh_ms(self, *, entry_id: int, written_ms: int) -> float:
        """How long this entry is fresh, in ms: the TTL less its own share of the jitter, the same for every reader."""
        share = crc32(f"{self.name}:{entry_id}:{written_ms}".encode()) / 2**32
        return self.ttl * 1000 * (1 - self.jitter * share)
