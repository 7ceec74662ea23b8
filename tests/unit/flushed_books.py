"""A flush on a buffer and a database in memory, both of which fail as they are told."""

from collections import Counter

from shop.caching.buffer import Batch
from shop.caching.clock import ManualClock
from shop.caching.memory_buffer import MemoryBuffer
from shop.caching.write_behind import Flushed, Point, RefusedError, UnavailableError, WriteBehind


class Books:
    """A database with a ledger: `refuses` names what it never takes, `is_too_slow_for` what it has no time for."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.ledger: set[str] = set()
        self.buried: dict[str, tuple[Batch, str]] = {}
        self.refuses: set[str] = set()
        self.is_too_slow_for: set[str] = set()
        self.is_away = False
        self.asked = 0

    def persist(self, batch: Batch) -> bool:
        self.asked += 1
        if self.is_away:
            raise UnavailableError("away")
        if self.is_too_slow_for & set(batch.counts):
            raise UnavailableError("canceled")
        if self.refuses & set(batch.counts):
            raise RefusedError("not a counter")
        if batch.batch_id in self.ledger:
            return False
        self.ledger.add(batch.batch_id)
        self.counts.update(batch.counts)
        return True

    def bury(self, batch: Batch, reason: str) -> None:
        if self.is_away:
            raise UnavailableError("away")
        self.buried[batch.batch_id] = (batch, reason)


class Stage:
    def __init__(self) -> None:
        self.clock, self.books = ManualClock(), Books()
        self.buffer = MemoryBuffer(clock=self.clock)
        self.points: list[Point] = []
        self.views = WriteBehind("views", buffer=lambda: self.buffer, clock=self.clock, reached=self.reached)
        self.dies_at: Point | None = None

    def reached(self, point: Point) -> None:
        self.points.append(point)
        if point is self.dies_at:
            self.dies_at = None
            raise SystemExit

    def flush(self) -> Flushed:
        return self.views.flush(persist=self.books.persist, bury=self.books.bury)

    def take(self, *keys: str) -> None:
        """A batch of each, in this order."""
        for key in keys:
            self.views.record(key)
            self.buffer.take(batch_id=f"batch of {key}", limit=1)
            self.clock.advance(0.001)
