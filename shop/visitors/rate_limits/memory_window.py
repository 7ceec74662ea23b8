"""The log in one process's memory: it decides while Redis is away, and stands in for it in tests.

Invariants: the process's clock never goes back, and it is asked under the lock, so that calls are written down in
order. At most `most_keys` logs are held: whoever comes when there are as many takes the place of the key that has been
quiet for longest, whose window begins anew.

Proved by tests/contracts/test_sliding_window.py and tests/unit/test_memory_window.py.
"""

import threading
from collections import OrderedDict, deque
from typing import Final

from shop.caching.clock import Clock
from shop.visitors.rate_limits.window import Taken

MOST_KEYS: Final = 10_000


class MemoryWindow:
    """Thread-safe."""

    def __init__(self, *, clock: Clock, most_keys: int = MOST_KEYS) -> None:
        self._clock = clock
        self._most_keys = most_keys
        self._logs: OrderedDict[str, deque[int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._logs)

    def take(self, key: str, *, limit: int, window_ms: int) -> Taken:
        with self._lock:
            now = round(self._clock.monotonic() * 1_000_000)
            log = self._log(key)
            gone = now - window_ms * 1000
            while log and log[0] <= gone:
                log.popleft()
            if len(log) >= limit:
                return Taken(False, 0, log[len(log) - limit] - gone)
            log.append(now)
            return Taken(True, limit - len(log), log[0] - gone)

    def _log(self, key: str) -> deque[int]:
        log = self._logs.get(key)
        if log is None:
            if len(self._logs) >= self._most_keys:
                self._logs.popitem(last=False)
            log = self._logs[key] = deque()
        self._logs.move_to_end(key)
        return log
