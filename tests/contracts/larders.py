"""The stores that must keep the contract, each with keys that no other test touches."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, sleep

from redis import Redis

from shop.caching.breaker import CircuitBreaker
from shop.caching.clock import SystemClock
from shop.caching.entry import ABSENT, HEADER_BYTES, VALUE, pack
from shop.caching.guarded_store import GuardedStore
from shop.caching.memory_store import MemoryStore
from shop.caching.redis_store import RedisStore, script_text
from shop.caching.store import Fill, FillAnswer, Invalidation, Lease, LeaseAnswer, LeaseReply, Put, PutAnswer, Store

MINUTE_MS = 60_000
WRITTEN_MS = 1_700_000_000_000
SOON_S = 5.0


def value(version: int, payload: bytes = b"{}") -> bytes:
    return pack(version=version, written_ms=WRITTEN_MS, kind=VALUE, payload=payload)


def absent(floor: int) -> bytes:
    return pack(version=floor, written_ms=WRITTEN_MS, kind=ABSENT)


def wait_until(holds: Callable[[], bool]) -> None:
    """For what only a server's own clock brings about."""
    deadline = monotonic() + SOON_S
    while not holds():
        assert monotonic() < deadline, f"not within {SOON_S} s"
        sleep(0.002)


def memory_store() -> Store:
    return MemoryStore(clock=SystemClock())


def redis_store(redis: Redis, *, scripts: Callable[[str], str] = script_text) -> RedisStore:
    return RedisStore(reads=redis, writes=redis, text_of=scripts)


def guarded(store: Store) -> Store:
    return GuardedStore(store, breaker=CircuitBreaker(clock=SystemClock()))


@dataclass
class Larder:
    """A store and short ways to say what a caller does with it."""

    store: Store
    prefix: str = field(default_factory=lambda: f"contract-{secrets.token_hex(6)}")

    def key(self, name: str = "jam") -> str:
        return f"{self.prefix}:{{{name}}}"

    def entry(self, name: str = "jam") -> bytes | None:
        return self.store.read([self.key(name)])[0]

    def ask(self, token: str, name: str = "jam", *, lease_ms: int = MINUTE_MS) -> LeaseReply:
        """Ask for a lease, having just read the entry."""
        seen = (self.entry(name) or b"")[:HEADER_BYTES]
        return self.ask_having_seen(seen, token, name, lease_ms=lease_ms)

    def ask_having_seen(self, seen: bytes, token: str, name: str = "jam", *, lease_ms: int = MINUTE_MS) -> LeaseReply:
        return self.store.lease([Lease(self.key(name), seen)], token=token, lease_ms=lease_ms)[0]

    @property
    def channel(self) -> str:
        return f"{self.prefix}:changes"

    def fill(self, entry: bytes, token: str, name: str = "jam", *, kept_ms: int = MINUTE_MS) -> FillAnswer:
        return self.store.fill([Fill(self.key(name), entry, kept_ms)], token=token, channel=self.channel)[0]

    def load(self, entry: bytes, name: str = "jam", *, kept_ms: int = MINUTE_MS) -> FillAnswer:
        """Lease and fill, as one undisturbed caller does."""
        token = secrets.token_hex(4)
        assert self.ask(token, name).answer is LeaseAnswer.GRANTED
        return self.fill(entry, token, name, kept_ms=kept_ms)

    def invalidate(self, version: int, name: str = "jam", *, tombstone_ms: int = MINUTE_MS) -> None:
        invalidations = [Invalidation(self.key(name), version)]
        self.store.invalidate(invalidations, now_ms=WRITTEN_MS, tombstone_ms=tombstone_ms, channel=self.channel)

    def put(
        self,
        entry: bytes,
        name: str = "jam",
        *,
        token: str = "writer",  # noqa: S107  of a lease
        kept_ms: int = MINUTE_MS,
        lease_ms: int = MINUTE_MS,
        tombstone_ms: int = MINUTE_MS,
    ) -> PutAnswer:
        """Store a committed row, as whoever wrote it does."""
        puts = [Put(self.key(name), entry, kept_ms)]
        return self.store.put(puts, token=token, lease_ms=lease_ms, tombstone_ms=tombstone_ms)[0]

    def wait_until_gone(self, name: str = "jam") -> None:
        wait_until(lambda: self.entry(name) is None)

    def release(self, token: str, name: str = "jam") -> None:
        self.store.release([self.key(name)], token=token)


MAKERS: dict[str, Callable[[Redis], Store]] = {
    "memory": lambda redis: memory_store(),
    "redis": redis_store,
    "guarded memory": lambda redis: guarded(memory_store()),
    "guarded redis": lambda redis: guarded(redis_store(redis)),
}


def forget(redis: Redis, prefix: str) -> None:
    for key in redis.scan_iter(f"{prefix}:*", count=1000):
        redis.delete(key)
