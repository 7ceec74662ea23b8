"""A store behind its breaker: the same contract, and two more reasons to answer at once that it can't.

A call is refused with StoreSkippedError when the breaker is open, or when the store has failed in this request before.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TypeVar

from shop.caching import provenance
from shop.caching.breaker import CircuitBreaker
from shop.caching.store import (
    Fill,
    FillAnswer,
    Invalidation,
    Lease,
    LeaseReply,
    Put,
    PutAnswer,
    Store,
    StoreBusyError,
    StoreError,
    StoreSkippedError,
)

R = TypeVar("R")


_past_the_breaker: ContextVar[bool] = ContextVar("past_the_breaker", default=False)


@contextmanager
def past_the_breaker() -> Iterator[None]:
    """Calls inside reach the store whatever the breaker says, and tell it nothing: for a repairer with its own pace."""
    token = _past_the_breaker.set(True)
    try:
        yield
    finally:
        _past_the_breaker.reset(token)


class GuardedStore:
    """Wraps `store`; whatever it raises is counted by `breaker`, except that this process has no connection to
    spare."""

    def __init__(self, store: Store, *, breaker: CircuitBreaker) -> None:
        self._store = store
        self._breaker = breaker

    def read(self, keys: Sequence[str]) -> list[bytes | None]:
        return self._call(partial(self._store.read, keys))

    def lease(self, leases: Sequence[Lease], *, token: str, lease_ms: int) -> list[LeaseReply]:
        return self._call(partial(self._store.lease, leases, token=token, lease_ms=lease_ms))

    def fill(self, fills: Sequence[Fill], *, token: str, channel: str = "") -> list[FillAnswer]:
        return self._call(partial(self._store.fill, fills, token=token, channel=channel))

    def release(self, keys: Sequence[str], *, token: str) -> None:
        self._call(partial(self._store.release, keys, token=token))

    def put(self, puts: Sequence[Put], *, token: str, lease_ms: int, tombstone_ms: int) -> list[PutAnswer]:
        put = partial(self._store.put, puts, token=token, lease_ms=lease_ms, tombstone_ms=tombstone_ms)
        return self._call(put)

    def invalidate(
        self, invalidations: Sequence[Invalidation], *, now_ms: int, tombstone_ms: int, channel: str = ""
    ) -> None:
        invalidate = partial(self._store.invalidate, invalidations, now_ms=now_ms, tombstone_ms=tombstone_ms)
        self._call(partial(invalidate, channel=channel))

    def mark(self, key: str, *, channel: str = "") -> None:
        self._call(partial(self._store.mark, key, channel=channel))

    def tell(self, message: str, *, channel: str) -> None:
        self._call(partial(self._store.tell, message, channel=channel))

    def _call(self, operation: Callable[[], R]) -> R:
        if _past_the_breaker.get():
            return operation()
        scope = provenance.current()
        if scope is not None:
            if scope.cache_failed:
                raise StoreSkippedError("the cache failed earlier in this request")
            scope.round_trips += 1
        permit = self._breaker.admit()
        if permit is None:
            raise StoreSkippedError("breaker open")
        try:
            answer = operation()
        except StoreBusyError:
            self._breaker.abandoned(permit)
            raise
        except StoreError:
            self._breaker.failed(permit)
            if scope is not None:
                scope.cache_failed = True
            raise
        except BaseException:
            self._breaker.abandoned(permit)
            raise
        self._breaker.succeeded(permit)
        return answer
