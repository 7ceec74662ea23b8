"""A store behind its guard: the same contract, and two more reasons to answer at once that it can't (guard.py)."""

from collections.abc import Sequence
from functools import partial

from shop.caching.breaker import CircuitBreaker
from shop.caching.guard import Guard
from shop.caching.store import (
    Fill,
    FillAnswer,
    Invalidation,
    Lease,
    LeaseReply,
    Put,
    PutAnswer,
    Slid,
    Store,
)


class GuardedStore:
    """Wraps `store`; whatever it raises is counted by `breaker`, except that this process has no connection to
    spare."""

    def __init__(self, store: Store, *, breaker: CircuitBreaker) -> None:
        self._store = store
        self._guard = Guard(breaker=breaker)

    def read(self, keys: Sequence[str]) -> list[bytes | None]:
        return self._guard.call(partial(self._store.read, keys))

    def lease(self, leases: Sequence[Lease], *, token: str, lease_ms: int) -> list[LeaseReply]:
        return self._guard.call(partial(self._store.lease, leases, token=token, lease_ms=lease_ms))

    def fill(self, fills: Sequence[Fill], *, token: str, channel: str = "") -> list[FillAnswer]:
        return self._guard.call(partial(self._store.fill, fills, token=token, channel=channel))

    def release(self, keys: Sequence[str], *, token: str) -> None:
        self._guard.call(partial(self._store.release, keys, token=token))

    def put(self, puts: Sequence[Put], *, token: str, lease_ms: int, tombstone_ms: int) -> list[PutAnswer]:
        put = partial(self._store.put, puts, token=token, lease_ms=lease_ms, tombstone_ms=tombstone_ms)
        return self._guard.call(put)

    def invalidate(
        self, invalidations: Sequence[Invalidation], *, now_ms: int, tombstone_ms: int, channel: str = ""
    ) -> None:
        invalidate = partial(self._store.invalidate, invalidations, now_ms=now_ms, tombstone_ms=tombstone_ms)
        self._guard.call(partial(invalidate, channel=channel))

    def mark(self, key: str, *, channel: str = "") -> None:
        self._guard.call(partial(self._store.mark, key, channel=channel))

    def tell(self, message: str, *, channel: str) -> None:
        self._guard.call(partial(self._store.tell, message, channel=channel))

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
        slide = partial(self._store.slide, keys, use_key=use_key, now_ms=now_ms, idle_ms=idle_ms, kept_ms=kept_ms)
        return self._guard.call(partial(slide, noted_ms=noted_ms))
