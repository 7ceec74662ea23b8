"""The buffer in this process's memory: a real fake, which passes the contract of the Redis buffer."""

import threading
from collections import Counter

from shop.caching.buffer import ENOUGH_BATCHES, LANE_KEPT_S, MOST_COUNTERS, PUT_OFF_S, Applied, Batch, Call, Held
from shop.caching.clock import Clock


class MemoryBuffer:
    """One lock stands for Redis's one thread."""

    def __init__(
        self,
        *,
        clock: Clock,
        most_counters: int = MOST_COUNTERS,
        enough_batches: int = ENOUGH_BATCHES,
        put_off_s: float = PUT_OFF_S,
        lane_kept_s: float = LANE_KEPT_S,
    ) -> None:
        self._clock = clock
        self._most_counters = most_counters
        self._enough_batches = enough_batches
        self._put_off_s = put_off_s
        self._made_at: float | None = None
        self._lane_kept_s = lane_kept_s
        self._retired_at: float | None = None
        self._lanes: dict[str, int] = {}
        self._old_lanes: dict[str, int] = {}
        self._pending: Counter[str] = Counter()
        self._dropped = 0
        self._batches: dict[str, Batch] = {}
        self._due: dict[str, float] = {}
        self._lock = threading.Lock()

    def add(self, call: Call) -> Applied:
        with self._lock:
            last = self._lanes.get(call.lane, self._old_lanes.get(call.lane, 0))
            if call.number <= last:
                self._lanes[call.lane] = last
                return Applied.BEFORE
            self._lanes[call.lane] = call.number
            if len(call.counts) > 1 and self._pending and len(self._pending) + len(call.counts) > self._most_counters:
                self._seal(f"{call.lane}-{call.number}-before")
            self._pending.update(call.counts)
            self._dropped += call.dropped
            if len(self._pending) >= self._most_counters:
                self._seal(f"{call.lane}-{call.number}")
            return Applied.ONCE if call.number == last + 1 else Applied.AFTER_LOSS

    def take(self, *, batch_id: str, limit: int) -> list[str]:
        with self._lock:
            now = self._clock.monotonic()
            put_off_s = max(0, len(self._batches) - self._enough_batches + 1) * self._put_off_s
            is_time = self._made_at is None or now - self._made_at >= put_off_s
            if is_time and (self._pending or self._dropped):
                self._seal(batch_id)
                self._made_at = now
            now = self._clock.monotonic()
            due = sorted((at, each) for each, at in self._due.items() if at <= now)
            return [each for _, each in due[:limit]]

    def read(self, batch_id: str) -> Batch | None:
        with self._lock:
            return self._batches.get(batch_id)

    def forget(self, batch_id: str) -> None:
        with self._lock:
            self._batches.pop(batch_id, None)
            self._due.pop(batch_id, None)

    def postpone(self, batch_id: str, *, seconds: float) -> None:
        with self._lock:
            batch = self._batches.get(batch_id)
            if batch is not None:
                self._batches[batch_id] = batch._replace(tries=batch.tries + 1)
                self._due[batch_id] = self._clock.monotonic() + seconds

    def held(self) -> Held:
        with self._lock:
            pending = self._pending.total()
            batches = sum(batch.increments for batch in self._batches.values())
            return Held(pending, len(self._batches), pending + batches)

    def retire_lanes(self) -> bool:
        with self._lock:
            now, last = self._clock.monotonic(), self._retired_at
            if last is not None and now - last < self._lane_kept_s:
                return False
            self._retired_at = now
            if last is None:
                return False
            self._lanes, self._old_lanes = {}, self._lanes
            return True

    def _seal(self, batch_id: str) -> None:
        self._batches[batch_id] = Batch(batch_id, dict(self._pending), self._dropped)
        self._due[batch_id] = self._clock.monotonic()
        self._pending, self._dropped = Counter(), 0
