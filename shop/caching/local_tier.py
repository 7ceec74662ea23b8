"""The local tier: copies of hot entries in this process, shown without a round trip for a moment.

A process can't be asked to give up its copies; it is told of changes, by messages that may be late or lost. The race:

1. A reader asks Redis, and is answered v1.
2. A writer commits v2, and invalidates; the scripts tell every process.
3. The message comes here. Nothing is held that it could drop.
4. The reader holds v1, and shows it to everybody.

So a message leaves a floor, whether or not its key is held, and step 4 is refused. Invariants:

1. Nothing is held below a known floor. A reader takes a ticket before it asks Redis; a message that comes after the
   ticket counts, however long the reader stalls: floors are bounded in number, and once one has been forgotten,
   whoever has a ticket from before it holds nothing.
2. Any word of a row ends a negative entry, as in the store.
3. Nothing is shown but by a tier that is trusted. Trust is lent for a moment, by whoever can say that each message up
   to then has been carried out here (redis_channel.py), and ends by itself.
4. What was held before the messages were listened to is never shown after: `empty` comes first, and refuses the
   tickets of before.
5. A copy is kept for the policy's local TTL at most, and never longer than its entry is fresh.
6. What this process has shown is a floor too (ground.py), so that no value goes back while a message is on its way.
7. A forked child begins empty and not trusted.

Copies and floors go in the order in which they came, not by use: a hit writes nothing and takes no lock, and what
lives for a second can't be used long. Proved by tests/unit/test_local_tier.py, test_local_tier_threads.py and
tests/races/test_local_tier.py.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec

from shop.caching import process_life
from shop.caching.clock import Clock
from shop.caching.reading import Freshness, Reading

T = TypeVar("T")

MOST_COPIES: Final = 4096
MOST_FLOORS: Final = 8192
NEVER: Final = float("-inf")


class Ticket(NamedTuple):
    """`number` counts the messages that had come when Redis was asked, at `at` by the monotonic clock, for keys that
    begin with `base`."""

    number: int
    at: float
    base: str = ""


class Copy(msgspec.Struct, Generic[T], frozen=True):
    """What is held of one entry; `value` is None for a negative one. All times are of the monotonic clock."""

    value: T | None
    version: int
    written_at: float
    fresh_until: float
    shown_until: float


class _Floor(NamedTuple):
    version: int
    number: int


class LocalTier:
    """The copies of one process, by their keys in Redis. Thread-safe."""

    def __init__(self, *, clock: Clock, most_copies: int = MOST_COPIES, most_floors: int = MOST_FLOORS) -> None:
        self._clock = clock
        self._most_copies = most_copies
        self._most_floors = most_floors
        self._copies: dict[str, Copy[object]] = {}
        self._floors: dict[str, _Floor] = {}
        self._number = 0
        self._forgotten = 0
        self._trusted_until = NEVER
        self._lock = threading.Lock()
        self._listen: Callable[[], None] = lambda: None
        process_life.follow_forks(self)

    def __len__(self) -> int:
        return len(self._copies)

    @property
    def trusted(self) -> bool:
        return self._clock.monotonic() < self._trusted_until

    def fed_by(self, listen: Callable[[], None]) -> None:
        """Call `listen` before each reader asks Redis: it starts whoever listens, unless it runs already."""
        self._listen = listen

    def get(self, key: str) -> Copy[object] | None:
        """The copy, if there is one that may be shown now."""
        copy = self._copies.get(key)
        if copy is None:
            return None
        now = self._clock.monotonic()
        return copy if now < copy.shown_until and now < self._trusted_until else None

    def ticket(self, *, base: str = "") -> Ticket:
        """Take it before Redis is asked."""
        self._listen()
        return Ticket(self._number, self._clock.monotonic(), base)

    def hold(self, key: str, reading: Reading[T], *, ticket: Ticket, local_ttl: float) -> bool:
        """Keep a copy of what Redis answered after the ticket was taken; False when it is refused."""
        if reading.freshness is not Freshness.FRESH:
            return False
        fresh_until = ticket.at + reading.ttl_ms / 1000
        copy: Copy[object] = Copy(
            value=reading.value,
            version=reading.floor,
            written_at=ticket.at - reading.age_ms / 1000,
            fresh_until=fresh_until,
            shown_until=min(fresh_until, ticket.at + local_ttl),
        )
        with self._lock:
            now = self._clock.monotonic()
            if now >= self._trusted_until or now >= copy.shown_until or self._overtaken(key, copy, ticket):
                return False
            if self._copies.pop(key, None) is None and len(self._copies) >= self._most_copies:
                del self._copies[next(iter(self._copies))]
            self._copies[key] = copy
            return True

    def raise_floors(self, versions: Iterable[tuple[str, int]]) -> None:
        """These keys have been changed, and nothing below these versions may be shown."""
        with self._lock:
            self._number += 1
            for key, version in versions:
                copy = self._copies.get(key)
                if copy is not None and (copy.version < version or copy.value is None):
                    del self._copies[key]
                known = self._floors.pop(key, None)
                highest = version if known is None or known.version < version else known.version
                self._floors[key] = _Floor(highest, self._number)
            while len(self._floors) > self._most_floors:
                self._forgotten = self._floors.pop(next(iter(self._floors))).number

    def trust(self, *, until: float) -> None:
        """Every message of more than a bounded time before `until` has been carried out here."""
        self._trusted_until = until

    def distrust(self) -> None:
        """Messages may be lost from now on."""
        self._trusted_until = NEVER
        self.empty()

    def empty(self) -> None:
        """Give everything up; whoever has asked Redis already holds nothing of what it answers."""
        with self._lock:
            self._number += 1
            self._forgotten = self._number
            self._copies.clear()
            self._floors.clear()

    def forked(self) -> None:
        """In the child."""
        self._lock = threading.Lock()
        self.distrust()

    def _overtaken(self, key: str, copy: Copy[object], ticket: Ticket) -> bool:
        if ticket.number < self._forgotten:
            return True
        held = self._copies.get(key)
        if held is not None and copy.version < held.version:
            return True
        floor = self._floors.get(key)
        if floor is None:
            return False
        return copy.version < floor.version or (copy.value is None and ticket.number < floor.number)
