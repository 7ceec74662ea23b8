"""The rate limiter of this process, and its figures.

`shop/wiring.py` says how it is made; it is made at its first call, so that importing the middleware connects nothing.
"""

import threading
from collections.abc import Callable

from shop.caching.registry import NotWiredError
from shop.visitors.rate_limits.figures import Figures
from shop.visitors.rate_limits.limiter import RateLimiter


class RateLimits:
    """Thread-safe. There is one for the process; tests wire their own limiter into it."""

    def __init__(self) -> None:
        self.figures = Figures()
        self._make: Callable[[], RateLimiter] | None = None
        self._limiter: RateLimiter | None = None
        self._lock = threading.Lock()

    def wire(self, make: Callable[[], RateLimiter]) -> None:
        """Say how the limiter is made; what was made before is forgotten."""
        with self._lock:
            self._make, self._limiter = make, None

    def limiter(self) -> RateLimiter:
        if self._limiter is not None:
            return self._limiter
        with self._lock:
            if self._limiter is None:
                if self._make is None:
                    raise NotWiredError("no rate limiter: call django.setup() first, or wire one of your own")
                self._limiter = self._make()
            return self._limiter


RATE_LIMITS = RateLimits()
