"""Figures of each cache, counted in this process from the instrumentation's events."""

import threading
from bisect import bisect_left
from collections import Counter, deque
from typing import Final

from shop.caching.results import WRITTEN, CacheEvent, Status

# Upper bounds of the latency buckets, in ms: from 10 us to 10 s, each a quarter above the one before.
BUCKETS_MS: Final = tuple(0.01 * 1.25**step for step in range(63))

COUNT_AT: Final = 1000


class Figures:
    """One cache's counts. A hit is any answer out of the cache: fresh, negative, stale, or out of the process's own
    copies; latencies are of reads."""

    def __init__(self) -> None:
        self.by_status: Counter[Status] = Counter()
        self.latencies = [0] * (len(BUCKETS_MS) + 1)
        self.latency_sum_ms = 0.0

    @property
    def hits(self) -> int:
        return self.by_status[Status.HIT] + self.by_status[Status.NEGATIVE] + self.stale + self.local_hits

    @property
    def local_hits(self) -> int:
        return self.by_status[Status.LOCAL]

    @property
    def stale(self) -> int:
        return self.by_status[Status.STALE]

    @property
    def misses(self) -> int:
        return self.by_status[Status.MISS]

    @property
    def errors(self) -> int:
        return self.by_status[Status.ERROR]

    @property
    def skips(self) -> int:
        return self.by_status[Status.SKIPPED]

    @property
    def bypasses(self) -> int:
        return self.by_status[Status.BYPASSED]

    @property
    def writes(self) -> int:
        """Writes through the cache, whether or not it took them."""
        return self.by_status[Status.PUT] + self.lost_writes

    @property
    def lost_writes(self) -> int:
        return self.by_status[Status.UNPUT]

    @property
    def hit_ratio(self) -> float | None:
        """Hits among hits and misses, 0 to 1; None before the first."""
        asked = self.hits + self.misses
        return round(self.hits / asked, 4) if asked else None

    def percentile_ms(self, share: float) -> float | None:
        """The latency below which this share of the reads stayed: a bucket's bound, at most a quarter too high."""
        total = sum(self.latencies)
        if not total:
            return None
        seen = 0
        for bound, count in zip(BUCKETS_MS, self.latencies, strict=False):
            seen += count
            if seen >= share * total:
                return round(bound, 3)
        return round(BUCKETS_MS[-1], 3)


class Metrics:
    """A listener for `Instrumentation`; thread-safe. Events are kept as they come, which costs next to nothing, and are
    counted when somebody asks, or when there are many.
    """

    def __init__(self) -> None:
        self._figures: dict[str, Figures] = {}
        self._uncounted: deque[CacheEvent] = deque()
        self._lock = threading.Lock()

    def __call__(self, event: CacheEvent) -> None:
        self._uncounted.append(event)
        if len(self._uncounted) >= COUNT_AT:
            self._count()

    def of(self, cache: str) -> Figures:
        """The figures of a cache, all zero before its first read."""
        self._count()
        return self._figures.get(cache) or Figures()

    def _count(self) -> None:
        with self._lock:
            for _ in range(len(self._uncounted)):
                event = self._uncounted.popleft()
                figures = self._figures.get(event.cache)
                if figures is None:
                    figures = self._figures[event.cache] = Figures()
                figures.by_status[event.status] += 1
                if event.status in WRITTEN:
                    continue
                figures.latencies[bisect_left(BUCKETS_MS, event.latency_ms)] += 1
                figures.latency_sum_ms += event.latency_ms
