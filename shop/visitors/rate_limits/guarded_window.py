"""The shared log behind its guard: an ill server costs a request one time-out, and an open breaker none."""

from functools import partial

from shop.caching.breaker import CircuitBreaker
from shop.caching.guard import Guard
from shop.visitors.rate_limits.window import SlidingWindow, Taken


class GuardedWindow:
    """Wraps `window`; its failures count in the same breaker as the caches'."""

    def __init__(self, window: SlidingWindow, *, breaker: CircuitBreaker) -> None:
        self._window = window
        self._guard = Guard(breaker=breaker)

    def take(self, key: str, *, limit: int, window_ms: int) -> Taken:
        return self._guard.call(partial(self._window.take, key, limit=limit, window_ms=window_ms))
