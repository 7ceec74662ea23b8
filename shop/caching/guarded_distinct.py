"""Distinct counts behind the guard: an ill server costs a request one time-out, and an open breaker none (guard.py)."""

from collections.abc import Sequence
from functools import partial

from shop.caching.breaker import CircuitBreaker
from shop.caching.distinct import Distinct
from shop.caching.guard import Guard


class GuardedDistinct:
    """Wraps `distinct`; its failures count in the same breaker as the caches'. Raises StoreSkippedError besides."""

    def __init__(self, distinct: Distinct, *, breaker: CircuitBreaker) -> None:
        self._distinct = distinct
        self._guard = Guard(breaker=breaker)

    def add(self, names: Sequence[str], member: str, *, kept_s: int) -> None:
        self._guard.call(partial(self._distinct.add, names, member, kept_s=kept_s))

    def count(self, names: Sequence[str]) -> list[int]:
        return self._guard.call(partial(self._distinct.count, names))
