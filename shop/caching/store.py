"""The contract of a store of entries: what Redis does for us, and what the memory store does in its place.

Invariants, the same for every implementation (tests/contracts/test_store.py):

1. Nothing below an entry's version is ever stored over it: that version is the key's floor.
2. A fill needs the lease it was granted; an invalidation takes every lease away.
3. An invalidation replaces only values below its version, so a late or repeated one erases nothing newer. A negative
   entry goes whatever its version, and leaves its floor.
4. A lease is granted only to a caller that has seen the entry as it now is.
5. A put needs no lease, for its row is committed; it takes every lease away. A negative entry above it goes, and leaves
   its floor. Where nothing is that could refuse it, it is not stored: it gets the lease.
6. Whoever listens on `channel` is told of every fill and invalidation that changed an entry: one message a call, in
   the words of messages.py, on its way before anybody can read the change. A fill at the version that is there already
   says nothing new, and is not told. A channel of "" tells nobody; puts have none, since of what is written through no
   process may keep copies (policy.py).
7. What slides is used by being read, in the same round trip: a value, whose last use is not longer ago than its idle
   time. Neither time of a use ever goes back.

Every method is one round trip, whatever the number of keys. Each raises StoreError when it can't answer.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple, Protocol


class StoreError(Exception):
    """The store failed, or was too slow. The caller goes on without it."""


class StoreBusyError(StoreError):
    """This process has no connection to spare: no sign that the store itself is ill."""


class StoreSkippedError(StoreError):
    """The store was not asked: its breaker is open, or it has failed earlier in this request."""


class LeaseAnswer(IntEnum):
    BUSY = 0  # somebody else is loading
    GRANTED = 1  # load it, then fill with your token
    CHANGED = 2  # the entry is not what you saw: here it is


class LeaseReply(NamedTuple):
    answer: LeaseAnswer
    entry: bytes | None = None


class Lease(NamedTuple):
    """`seen` is the entry's header as the caller last read it, b"" where it read nothing."""

    key: str
    seen: bytes


class Fill(NamedTuple):
    """`entry` is what `shop.caching.entry.pack` made; `kept_ms` is how long the store keeps it."""

    key: str
    entry: bytes
    kept_ms: int


class Invalidation(NamedTuple):
    """Everything below `version` is dead."""

    key: str
    version: int


class FillAnswer(IntEnum):
    NO_LEASE = 0  # the lease ran out, or an invalidation took it
    STORED = 1
    BELOW_FLOOR = 2  # something newer is known


class Put(NamedTuple):
    """`entry` is a committed row, packed; `kept_ms` is how long the store keeps it."""

    key: str
    entry: bytes
    kept_ms: int


class PutAnswer(IntEnum):
    BELOW_FLOOR = 0  # something newer is known
    STORED = 1  # at or above what was there
    LEASED = 2  # nothing was there that could refuse it: not stored; load again, then fill with your token


class Use(NamedTuple):
    """When something was last used, and the last use that its row has noted: ms since 1970, 0 where it is not known."""

    last_ms: int
    noted_ms: int


class Slid(NamedTuple):
    """What was read, and the use as it stood before."""

    entries: list[bytes | None]
    before: Use


class Store(Protocol):
    def read(self, keys: Sequence[str]) -> list[bytes | None]:
        """The entries, in the order of the keys; None where there is none."""

    def lease(self, leases: Sequence[Lease], *, token: str, lease_ms: int) -> list[LeaseReply]:
        """Ask for the right to load each key; `token` is the caller's own."""

    def fill(self, fills: Sequence[Fill], *, token: str, channel: str = "") -> list[FillAnswer]:
        """Store what was loaded under a lease, and give the lease back."""

    def release(self, keys: Sequence[str], *, token: str) -> None:
        """Give back leases without a fill, because the load failed."""

    def put(self, puts: Sequence[Put], *, token: str, lease_ms: int, tombstone_ms: int) -> list[PutAnswer]:
        """Store what was written, each entry unless something newer is known; where nothing is, grant the lease."""

    def invalidate(
        self, invalidations: Sequence[Invalidation], *, now_ms: int, tombstone_ms: int, channel: str = ""
    ) -> None:
        """Replace what is below each version by a tombstone, and take away each key's lease."""

    def mark(self, key: str, *, channel: str = "") -> None:
        """Set a marker that stays: `read` answers it with something that is not None. A database id is dead by it, and
        whoever listens is told."""

    def tell(self, message: str, *, channel: str) -> None:
        """Say something to whoever listens: one of the words of messages.py."""

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
        """Read, and note under `use_key`, which is kept for `kept_ms`, that the first of the keys is used now.

        Whoever has loaded the row names the use that the row has noted: then it is used whatever is read, also nothing.
        """
