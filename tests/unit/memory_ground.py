"""A shelf of jam, and caches of it that stand on the memory store and a clock that moves when it is told to.

Two caches of one `Kitchen` are two processes: they share the store and the clock, and nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from shop.caching import provenance
from shop.caching.breaker import CircuitBreaker
from shop.caching.cache_aside import CacheAside
from shop.caching.clock import ManualClock
from shop.caching.entry import VALUE, Versioned, pack
from shop.caching.ground import Ground
from shop.caching.guarded_store import GuardedStore
from shop.caching.instrumentation import Instrumentation
from shop.caching.keys import KeySpace
from shop.caching.load_gate import LoadGate
from shop.caching.local_feed import LocalFeed
from shop.caching.local_tier import LocalTier
from shop.caching.memory_store import MemoryStore
from shop.caching.policy import Pattern, Policy
from shop.caching.read_through import ReadThrough
from shop.caching.results import CacheEvent
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
    Store,
)
from shop.caching.write_through import WriteThrough
from tests.unit.memory_transactions import Transactions

JAM_POLICY = Policy(
    name="jam", pattern=Pattern.CACHE_ASIDE, schema=1, ttl=100, jitter=0.1, stale_grace=20, negative_ttl=10
)
COPIED_POLICY = replace(JAM_POLICY, local_ttl=1.0)
STOCK_POLICY = replace(JAM_POLICY, pattern=Pattern.READ_AND_WRITE_THROUGH)
TTL, GRACE = JAM_POLICY.ttl, JAM_POLICY.stale_grace
DATABASE_ID = "3f9c52d07ab1"


@dataclass(frozen=True, slots=True)
class Jam:
    fruit: str
    grams: float = 340.0


class ShelfError(Exception):
    """What a database raises that can't answer."""


@dataclass
class Shelf:
    """Stands for the table. Each load is remembered; `error` is raised instead of an answer."""

    rows: dict[int, Versioned[Jam]] = field(default_factory=dict)
    loads: list[list[int]] = field(default_factory=list)
    error: Exception | None = None
    meanwhile: Callable[[], None] = lambda: None

    def put(self, entry_id: int, version: int, fruit: str = "plum") -> None:
        self.rows[entry_id] = Versioned(version, Jam(fruit))

    def load(self, entry_ids: Sequence[int]) -> dict[int, Versioned[Jam]]:
        """What was there when the load began; `meanwhile` happens before it returns."""
        self.loads.append(list(entry_ids))
        if self.error is not None:
            raise self.error
        found = {entry_id: self.rows[entry_id] for entry_id in entry_ids if entry_id in self.rows}
        self.meanwhile()
        return found


class ObservedStore:
    """Remembers which method was called, and fails while `error` is set."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.calls: list[str] = []
        self.error: Exception | None = None

    def _called(self, method: str) -> None:
        self.calls.append(method)
        if self.error is not None:
            raise self.error

    def read(self, keys: Sequence[str]) -> list[bytes | None]:
        self._called("read")
        return self._store.read(keys)

    def lease(self, leases: Sequence[Lease], *, token: str, lease_ms: int) -> list[LeaseReply]:
        self._called("lease")
        return self._store.lease(leases, token=token, lease_ms=lease_ms)

    def fill(self, fills: Sequence[Fill], *, token: str, channel: str = "") -> list[FillAnswer]:
        self._called("fill")
        return self._store.fill(fills, token=token, channel=channel)

    def release(self, keys: Sequence[str], *, token: str) -> None:
        self._called("release")
        self._store.release(keys, token=token)

    def put(self, puts: Sequence[Put], *, token: str, lease_ms: int, tombstone_ms: int) -> list[PutAnswer]:
        self._called("put")
        return self._store.put(puts, token=token, lease_ms=lease_ms, tombstone_ms=tombstone_ms)

    def invalidate(
        self, invalidations: Sequence[Invalidation], *, now_ms: int, tombstone_ms: int, channel: str = ""
    ) -> None:
        self._called("invalidate")
        self._store.invalidate(invalidations, now_ms=now_ms, tombstone_ms=tombstone_ms, channel=channel)

    def mark(self, key: str, *, channel: str = "") -> None:
        self._called("mark")
        self._store.mark(key, channel=channel)

    def tell(self, message: str, *, channel: str) -> None:
        self._called("tell")
        self._store.tell(message, channel=channel)

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
        self._called("slide")
        return self._store.slide(
            keys, use_key=use_key, now_ms=now_ms, idle_ms=idle_ms, kept_ms=kept_ms, noted_ms=noted_ms
        )


class JamStock(ReadThrough[Jam], WriteThrough[Jam]):
    """Jam whose cache loads for itself, and is written through."""

    pattern = Pattern.READ_AND_WRITE_THROUGH


class Kitchen:
    """The store, the clock, and what a test may look at. `repairs` counts how often the change log was asked for."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.memory = MemoryStore(clock=self.clock)
        self.store = ObservedStore(self.memory)
        self.shelf = Shelf()
        self.events: list[CacheEvent] = []
        self.database_id = DATABASE_ID
        self.in_transaction = False
        self.gate = LoadGate(limit=1, patience=0)
        self.transactions = Transactions(lambda: self.shelf.rows)
        self.repairs = 0

    def ground(self) -> Ground:
        breaker = CircuitBreaker(clock=self.clock)
        return Ground(
            store=GuardedStore(self.store, breaker=breaker),
            keys=KeySpace(namespace="larder", database_id=lambda: self.database_id),
            clock=self.clock,
            breaker=breaker,
            gate=self.gate,
            instrumentation=Instrumentation(self.events.append, provenance.collect),
            in_transaction=lambda: self.in_transaction or self.transactions.depth > 0,
            load_errors=(ShelfError,),
            transaction=self.transactions.block,
            after_commit=self.transactions.after_commit,
            ask_repair=self.ask_repair,
        )

    def copying(self) -> tuple[Ground, LocalTier]:
        """The ground of a process that keeps copies, is told of changes at once, and is trusted for ever."""
        tier = LocalTier(clock=self.clock)
        ground = replace(self.ground(), local=tier)
        self.memory.listen(ground.keys.changes, LocalFeed(tier=tier, keys=ground.keys))
        tier.trust(until=float("inf"))
        return ground, tier

    def ask_repair(self) -> None:
        self.repairs += 1

    def cache(self, policy: Policy = JAM_POLICY) -> CacheAside[Jam]:
        """The cache of a process of its own."""
        return self.caches(policy)[0]

    def caches(self, *policies: Policy) -> list[CacheAside[Jam]]:
        """Several caches of one process."""
        ground = self.ground()
        return [CacheAside(policy, Jam, ground=lambda: ground, register=False) for policy in policies]

    def stock(self, policy: Policy = STOCK_POLICY) -> JamStock:
        """The cache of a process of its own that reads and writes through, under the same keys as `cache`."""
        ground = self.ground()
        return JamStock(policy, Jam, load=self.shelf.load, ground=lambda: ground, register=False)

    def key(self, entry_id: int = 7) -> str:
        return f"larder:{self.database_id}:jam:1:{{{entry_id}}}"

    def entry(self, entry_id: int = 7) -> bytes | None:
        return self.memory.read([self.key(entry_id)])[0]

    def hold_lease(self, entry_id: int = 7, *, seen: bytes = b"", lease_ms: int = 3000) -> str:
        """Another process loads: it took the lease, and has not answered yet."""
        (reply,) = self.memory.lease([Lease(self.key(entry_id), seen)], token="theirs", lease_ms=lease_ms)
        assert reply.answer is LeaseAnswer.GRANTED
        return "theirs"

    def others_fill(self, version: int, fruit: str, entry_id: int = 7, *, token: str) -> FillAnswer:
        """The other process comes back with what it loaded."""
        payload = b'{"fruit":"%s","grams":340.0}' % fruit.encode()
        entry = pack(version=version, written_ms=int(self.clock.now() * 1000), kind=VALUE, payload=payload)
        return self.memory.fill([Fill(self.key(entry_id), entry, JAM_POLICY.kept_ms)], token=token)[0]

    def forget_calls(self) -> None:
        self.store.calls.clear()
        self.shelf.loads.clear()
        self.events.clear()
