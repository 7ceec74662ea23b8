"""A cache for one race: on the real Valkey and the real PostgreSQL, with a point before each of its steps.

The controls run the same test on scripts from which the fix has been taken out.
"""

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from redis import Redis

from catalog.loaders import load_prices
from catalog.price_cache import PRICE_POLICY
from catalog.snapshots import PriceSnapshot
from shop.caching.breaker import CircuitBreaker
from shop.caching.cache_aside import CacheAside
from shop.caching.clock import ManualClock
from shop.caching.entry import Versioned
from shop.caching.ground import Ground
from shop.caching.instrumentation import Instrumentation
from shop.caching.keys import KeySpace
from shop.caching.load_gate import LoadGate
from shop.caching.redis_store import RedisStore, script_text
from shop.caching.store import Fill, FillAnswer, Invalidation, Lease, LeaseReply, Put, PutAnswer, Slid, Store
from tests.races.actors import point

LEASE_CHECK = "redis.call('GET', KEYS[n + i]) ~= ARGV[1]"
FLOOR_CHECK = "string.sub(entry, 1, 20) < redis.call('GETRANGE', KEYS[i], 0, 19)"
TOMBSTONE_WRITE = "redis.call('SET', KEYS[i], tombstone, 'PX', ARGV[1])"


@dataclass(frozen=True)
class Without:
    """The scripts with something taken out: pairs of what stands in a script, and what stands there instead."""

    changes: Mapping[str, Sequence[tuple[str, str]]]

    def __call__(self, name: str) -> str:
        text = script_text(name)
        for old, new in self.changes.get(name, ()):
            assert old in text, f"{name}.lua no longer has {old!r}: the control would prove nothing"
            text = text.replace(old, new)
        return text


WITHOUT_LEASE_CHECK = Without({"fill": [(LEASE_CHECK, "false")]})
WITHOUT_FLOORS = Without(
    {
        "fill": [(FLOOR_CHECK, "false")],
        "invalidate": [(TOMBSTONE_WRITE, "redis.call('DEL', KEYS[i])")],
    }
)
WITHOUT_FENCE = Without(
    {
        "fill": [(LEASE_CHECK, "false"), (FLOOR_CHECK, "false")],
        "invalidate": [(TOMBSTONE_WRITE, "redis.call('DEL', KEYS[i])")],
    }
)


class SteppedStore:
    """A point before each call that matters to a race."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, keys: Sequence[str]) -> list[bytes | None]:
        point("read")
        return self._store.read(keys)

    def lease(self, leases: Sequence[Lease], *, token: str, lease_ms: int) -> list[LeaseReply]:
        point("lease")
        return self._store.lease(leases, token=token, lease_ms=lease_ms)

    def fill(self, fills: Sequence[Fill], *, token: str, channel: str = "") -> list[FillAnswer]:
        point("fill")
        return self._store.fill(fills, token=token, channel=channel)

    def release(self, keys: Sequence[str], *, token: str) -> None:
        self._store.release(keys, token=token)

    def put(self, puts: Sequence[Put], *, token: str, lease_ms: int, tombstone_ms: int) -> list[PutAnswer]:
        point("put")
        return self._store.put(puts, token=token, lease_ms=lease_ms, tombstone_ms=tombstone_ms)

    def invalidate(
        self, invalidations: Sequence[Invalidation], *, now_ms: int, tombstone_ms: int, channel: str = ""
    ) -> None:
        point("invalidate")
        self._store.invalidate(invalidations, now_ms=now_ms, tombstone_ms=tombstone_ms, channel=channel)

    def mark(self, key: str, *, channel: str = "") -> None:
        self._store.mark(key, channel=channel)

    def tell(self, message: str, *, channel: str) -> None:
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
        point("slide")
        return self._store.slide(
            keys, use_key=use_key, now_ms=now_ms, idle_ms=idle_ms, kept_ms=kept_ms, noted_ms=noted_ms
        )


def stepped_load(ids: Sequence[int]) -> Mapping[int, Versioned[PriceSnapshot]]:
    point("load")
    return load_prices(ids)


@dataclass
class Scene:
    """One key space, which several processes share: each `process()` is a cache with flights of its own."""

    scripts: Callable[[str], str] = script_text
    clock: ManualClock = field(default_factory=ManualClock)
    database_id: str = "race"
    namespace: str = field(default_factory=lambda: f"race-{secrets.token_hex(6)}")
    redis: Redis = field(default_factory=lambda: Redis.from_url(os.environ["REDIS_URL"]))

    def __post_init__(self) -> None:
        self.store = RedisStore(reads=self.redis, writes=self.redis, text_of=self.scripts)
        self.keys = KeySpace(namespace=self.namespace, database_id=lambda: self.database_id)

    def process(self) -> CacheAside[PriceSnapshot]:
        ground = Ground(
            store=SteppedStore(self.store),
            keys=self.keys,
            clock=self.clock,
            breaker=CircuitBreaker(clock=self.clock),
            gate=LoadGate(),
            instrumentation=Instrumentation(),
        )
        return CacheAside(PRICE_POLICY, PriceSnapshot, ground=lambda: ground, register=False)

    def evict(self, entry_id: int) -> None:
        """What Redis may do to any key with a TTL when memory runs short."""
        self.redis.delete(*self.keys.entries(PRICE_POLICY, [entry_id]))

    def forget(self) -> None:
        for key in self.redis.scan_iter(f"{self.namespace}:*"):
            self.redis.delete(key)
        self.redis.close()
