"""The bound on loads at once, so that a Redis outage never becomes a database outage.

When every read is a miss, the cache protects nothing; this gate does. At most `limit` loads of this process run at
once; the others queue for at most `patience` seconds and are then refused: the page shows a stale value if it has one,
else answers 503 with Retry-After, which costs the database nothing.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class OverloadedError(Exception):
    """Too many loads are under way; `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"too many loads at once; try again in {retry_after:g} s")
        self.retry_after = retry_after


class LoadGate:
    """`limit` is how many loads run at once in this process, `patience` how many seconds one waits for its turn."""

    def __init__(self, *, limit: int = 8, patience: float = 0.4) -> None:
        if limit < 1 or patience < 0:
            raise ValueError("a gate needs a limit of at least 1 and a patience of at least 0")
        self.limit = limit
        self._patience = patience
        self._places = threading.BoundedSemaphore(limit)

    @contextmanager
    def load(self) -> Iterator[None]:
        """Hold a place while loading; OverloadedError if none comes free in time."""
        if not self._places.acquire(timeout=self._patience):
            raise OverloadedError(retry_after=1.0)
        try:
            yield
        finally:
            self._places.release()
