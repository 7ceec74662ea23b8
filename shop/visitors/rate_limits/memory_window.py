"""The log in one process's memory: it decides while Redis is away, and stands in for it in tests.

Invariants:
- The process's clock never goes back, and it is asked under the lock, so that calls are written down in order.
- Each call forgets whoever has not called for a window; so nobody is held for longer, whoever calls.
- At most `most_calls` moments are held, or one key's, if its limit is higher. Beyond that the key that has been quiet
  for longest goes, and its window begins anew.
- Its calls all have windows of one length, as those of one policy have.

Proved by tests/contracts/test_sliding_window.py, test_window_memory.py and tests/unit/test_memory_window.py.
"""

import threading
from array import array
from bisect import bisect_right
from collections import OrderedDict
from typing import Final

from shop.caching.clock import Clock
from shop.visitors.rate_limits.window import Taken

# Each of another key, they are some 6 MB; of few keys, 8 bytes each.
MOST_CALLS: Final = 20_000


class MemoryWindow:
    """Thread-safe. `len` is how many moments it holds."""

    def __init__(self, *, clock: Clock, most_calls: int = MOST_CALLS) -> None:
        self._clock = clock
        self._most_calls = most_calls
        # Moments in us. Who called last stands last; no log is empty.
        self._logs: OrderedDict[str, array[int]] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._held

    def take(self, key: str, *, limit: int, window_ms: int) -> Taken:
        with self._lock:
            now = round(self._clock.monotonic() * 1_000_000)
            gone = now - window_ms * 1000
            self._forget(gone)
            log = self._logs.pop(key, None) or array("q")
            left = bisect_right(log, gone)
            del log[:left]
            self._held -= left
            if let_through := len(log) < limit:
                log.append(now)
                self._held += 1
            self._logs[key] = log
            self._make_room()
            if let_through:
                return Taken(True, limit - len(log), log[0] - gone)
            return Taken(False, 0, log[len(log) - limit] - gone)

    def _forget(self, gone: int) -> None:
        """Whoever called last before that, from the quietest on."""
        while self._logs and next(iter(self._logs.values()))[-1] <= gone:
            self._drop()

    def _make_room(self) -> None:
        while self._held > self._most_calls and len(self._logs) > 1:
            self._drop()

    def _drop(self) -> None:
        _, log = self._logs.popitem(last=False)
        self._held -= len(log)
