"""The guard before an outside server: whether to call it at all, and what its failure means.

A call is refused with StoreSkippedError when the breaker is open, or when the server has failed in this request before:
an ill server costs a request one time-out. Proved by tests/unit/test_guarded_store.py.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from shop.caching import provenance
from shop.caching.breaker import CircuitBreaker
from shop.caching.store import StoreBusyError, StoreError, StoreSkippedError

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


class Guard:
    """What a call raises is counted by `breaker`, except that this process has no connection to spare."""

    def __init__(self, *, breaker: CircuitBreaker) -> None:
        self._breaker = breaker

    def call(self, operation: Callable[[], R]) -> R:
        """The operation's answer. Raises StoreSkippedError, and what it raises."""
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
